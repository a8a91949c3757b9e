"""Meanings of a contract's fields: the events of monitoring."""

from __future__ import annotations

from handlers.words.texts import msg

FIELDS = {
    "Contract": {
        "events": msg("The events of monitoring: where they come from, how they are read."),
    },
    "EventRules": {
        "": msg("The events of monitoring: where they come from, how they are read."),
        "sources": msg("What posts events to /events/…, each with its key and its mapping."),
        "room": msg(
            'The channel that is told of events of no known component; "provider" for the '
            "provider's own."
        ),
        "together": msg(
            "New alerts of a component that come within so long of the first belong to the same "
            "incident."
        ),
        "quiet": msg(
            "A source that fired again after it cleared: how long nothing lasts before whoever has "
            "the incident is asked whether it is resolved."
        ),
    },
    "EventSource": {
        "": msg("A source of events."),
        "id": msg("The last part of the address that it posts to: /events/alertmanager."),
        "kind": msg(
            "What it is: that gives the usual paths, words and severities; json has none of its "
            "own."
        ),
        "key": msg(
            "The name of the variable that holds its key, beginning with ESCALADE_EVENTS_; never "
            "the key itself."
        ),
        "signed": msg(
            "The header that bears the signature of the body (HMAC-SHA256 with the key, in "
            "hexadecimal), where the source signs; then no key is sent."
        ),
        "signed_at": msg(
            "The header that bears the time of signing, signed with the body as time:body; older "
            "than five minutes is refused."
        ),
        "paths": msg("Where each value stands in what it posts."),
        "cleared": msg("What stands where an event says whether it lasts, once it has cleared."),
        "components": msg("The source's names of components, each with its id in the catalogue."),
        "sites": msg("The source's names of sites, each with its id."),
        "severities": msg(
            "The source's words for the severity, each with 1 to 4; 0 opens no incident."
        ),
    },
    "EventPaths": {
        "": msg(
            "Paths: labels.service | labels.app takes the first that is there, $.status begins at "
            "the whole body, =vpn is the value itself."
        ),
        "events": msg("The list of events in the body; without it, the body is one, or a list."),
        "component": msg("The component, by its id, its name, or a name under components."),
        "severity": msg("The severity, a word under severities."),
        "site": msg("The site, by its id, its name, or a name under sites."),
        "group": msg("What like events have in common: the same incident, as long as it is open."),
        "alert": msg("What one alert is known by, from its beginning to its end."),
        "occurrence": msg("What is another each time the alert begins: a repeated one is known."),
        "at": msg("When it began, as the source says."),
        "title": msg("What happened, in a few words: the title of the incident."),
        "text": msg("What happened, in more words: its description."),
        "clears": msg("What says whether it lasts or has cleared."),
    },
}
