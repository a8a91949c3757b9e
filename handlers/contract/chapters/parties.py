"""Meanings of a contract's fields: the firms, people, posts, groups and components."""

from __future__ import annotations

from handlers.words.texts import msg

FIELDS = {
    "Contract": {
        "": msg("A service contract between one provider and one client."),
        "id": msg(
            "Short name of the contract, part of every record: never change it once incidents"
            " exist."
        ),
        "name": msg("What the contract is called."),
        "reference": msg("The number of the agreement or of the quality plan."),
        "timezone": msg('The time zone of all hours and days in the file, such as "Europe/Paris".'),
        "language": msg(
            '"en" or "fr": of the rooms, and of people who state no language of their own.'
        ),
        "provider": msg("The firm that provides the service."),
        "client": msg("The firm that is served."),
        "suppliers": msg("Third parties that the contract involves."),
        "people": msg(
            "Everybody whom the contract names. Whoever is not here may at most ask for help."
        ),
        "echelons": msg("The levels at which the two firms talk, from the lowest up."),
        "components": msg("The service catalogue."),
        "ladders": msg(
            "Who is called when: one ladder towards the client, one towards each supplier."
        ),
        "rooms": msg("The standing Slack channels."),
        "incidents": msg("Targets, warnings and who is told of incidents."),
        "crisis": msg("How a crisis cell is convened and led."),
        "report": msg("The incident report: by when, to whom."),
        "groups": msg("Support groups of the client and of the suppliers."),
        "sites": msg("The client's sites, and whom to phone there."),
        "responsibilities": msg("The RACI: who answers for what."),
        "coverage": msg("Coverage hours, public holidays, closed days."),
        "rotas": msg("On-call duty outside coverage hours."),
        "priorities": msg("How a priority is found."),
        "escalation": msg("What escalates by itself, and at which pace."),
    },
    "Site": {
        "": msg("A site of the client, which an incident may touch."),
        "id": msg("Short name, which people type: site=brest."),
        "name": msg("What people call the site."),
        "address": msg("Where it is."),
        "timezone": msg("Its time zone, where it is not the contract's."),
        "contacts": msg("Whom to phone there; whoever is called for an incident reads it."),
    },
    "SiteContact": {
        "": msg("Somebody who is at a site."),
        "name": msg("First name and name of the contact."),
        "phone": msg("The contact's phone number."),
        "email": msg("The contact's e-mail address."),
    },
    "Responsibility": {
        "": msg("An activity of a process, or a document, and who answers for it (RACI)."),
        "process": msg("The process; or the documents."),
        "activity": msg("The activity, or the document."),
        "accountable": msg("Who answers for the result: exactly one person or role."),
        "responsible": msg("Who does it: people, or roles."),
        "consulted": msg("Who is asked before: people, or roles."),
        "informed": msg("Who is told after: people, or roles."),
    },
    "Party": {
        "": msg("One of the two firms bound by the contract."),
        "name": msg("The firm's name."),
    },
    "Supplier": {
        "": msg("A third party. Its people have its id as their organisation."),
        "id": msg('Short name; not "provider" or "client".'),
        "name": msg("The supplier's name."),
        "representative": msg(
            "The id of whoever of its management joins a crisis; that person needs a phone number."
        ),
        "deputy": msg("The id of whoever is called in their place; with a phone number too."),
        "kept_by": msg(
            "The ids of those of the client who keep this list up to date; else the client's"
            " delivery manager."
        ),
    },
    "Person": {
        "": msg("Somebody whom the contract names."),
        "id": msg("Short name, by which the rest of the file speaks of the person."),
        "name": msg("First name and name, as people read it."),
        "organisation": msg('"provider", "client", or a supplier\'s id.'),
        "roles": msg("What they answer for; a role gives rights."),
        "slack": msg(
            "Their Slack user id (“Copy member ID” in their profile), where Slack does not "
            "know them by the e-mail address."
        ),
        "email": msg("Their e-mail address, by which Slack knows them. Nobody else may have it."),
        "phone": msg("Their phone number, shown where somebody has to be called."),
        "language": msg('"en" or "fr": of all that they read; otherwise the contract\'s.'),
        "timezone": msg("The time zone they live by, where it is not the contract's."),
        "absences": msg("When they are away, and who stands in."),
        "drills": msg("Whether exercises may reach them."),
        "ways": msg("By which ways urgent messages reach them where Slack fails."),
    },
    "Absence": {
        "": msg("Days away: the stand-in is called instead."),
        "first": msg("The first day away."),
        "last": msg("The last day away, included."),
        "stand_in": msg("The id of whoever is called instead; of the same firm."),
    },
    "Echelon": {
        "": msg(
            "A level of communication, the same for both firms: people talk to their peer of "
            "the same level."
        ),
        "level": msg("1 for operations, and upwards."),
        "name": msg("What the level is called."),
        "provider": msg("The provider's post at this level."),
        "client": msg("The client's post at this level."),
    },
    "Post": {
        "": msg("Who answers for a firm at one level."),
        "people": msg("The holder, then the deputies in the order in which they are called."),
        "on_call": msg("The rota whose person comes before them outside coverage hours."),
        "behind": msg("The rota, or rotas, of whoever is on call behind the first: called next."),
        "hours": msg("On a supplier's rung: when these people can be called."),
    },
    "SupportGroup": {
        "": msg("A support group of the client or of a supplier."),
        "id": msg("Short name of the group."),
        "name": msg("What people call the group."),
        "organisation": msg("The firm that the group belongs to, as for people."),
        "members": msg("The ids of its people, of that firm."),
        "hours": msg("When the group is active."),
        "worked_days": msg("Days off of the contract on which its hours hold all the same."),
        "competences": msg("Its fields, in your words."),
        "contact": msg("How to reach it: a number, an address, what to quote."),
    },
    "Component": {
        "": msg("A component of the service catalogue."),
        "id": msg("Short name, which people type: component=vpn."),
        "name": msg("What people call the component."),
        "criticality": msg("How critical it is; with the severity it gives the priority."),
        "rank": msg('1 to 3, the client\'s P1 to P3; needed with scheme = "ranked".'),
        "hours": msg("When the service is open."),
        "group": msg("The id of the support group responsible."),
        "supplier": msg("The id of the supplier responsible."),
        "targets_on_hours": msg(
            "Whether targets that count coverage hours count this component's hours instead."
        ),
        "depends_on": msg("The ids of the components without which it does not work."),
    },
}
