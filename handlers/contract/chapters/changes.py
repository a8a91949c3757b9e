"""Meanings of a contract's fields: change management."""

from __future__ import annotations

from handlers.words.texts import msg

FIELDS = {
    "Contract": {
        "changes": msg("Change management. Without this chapter, nothing of it is offered."),
    },
    "ChangeRules": {
        "": msg("Change management. Without this chapter, nothing of it is offered."),
        "desk": msg('The room that requests go to: "provider", "shared", or a channel of its own.'),
        "keepers": msg("Who keeps the catalogue in either firm, people or roles."),
        "dated": msg("The day from which the catalogue holds as it is."),
        "study_within": msg("How long the study of a change may take."),
        "remind_every": msg("How often whoever is awaited is reminded."),
        "remind_before": msg("How long before it is carried out whoever does it is reminded."),
        "overrun_every": msg(
            "How often a change that lasts longer than its window calls, each time an echelon"
            " higher."
        ),
        "standard": msg("The catalogue of standard changes that both firms keep."),
        "urgent": msg("What is agreed beforehand about urgent changes."),
        "sources": msg("The projects and processes that changes are born of."),
        "calendar": msg("When changes clash, and with what."),
    },
    "StandardChange": {
        "": msg("A standard change of the catalogue."),
        "id": msg("By what it is asked for."),
        "title": msg("What it is, in a few words."),
        "procedure": msg("How it is carried out, or where that is written."),
        "components": msg("The components that it touches, by id."),
        "risk": msg("What can go wrong."),
        "usual_duration": msg("How long it usually takes."),
        "may_ask": msg("Who may ask for it, people or roles; anybody where nobody is named."),
        "approved_by": msg(
            "Who approves it, people or roles; it is approved beforehand where nobody is named."
        ),
        "four_eyes": msg("Whether somebody else approves it than whoever asked for it."),
        "carried_out_by": msg("Who carries it out, people or roles."),
        "form": msg("What its form asks for."),
        "urgent": msg("Whether it may be asked for as an urgent one."),
        "hours": msg(
            "When it is carried out. Without it, free slots are proposed in coverage hours, or in"
            " the evening once what it touches has closed."
        ),
    },
    "FormField": {
        "": msg("One thing that the form of a standard change asks for."),
        "id": msg("By what the answer is typed."),
        "label": msg("What is asked."),
        "required": msg("Whether it must be answered."),
        "choices": msg("The answers there are; free words where there are none."),
    },
    "UrgentChanges": {
        "": msg("What is agreed beforehand about urgent changes."),
        "may_ask": msg("Who may ask for an urgent change, people or roles."),
        "may_accept": msg("Who may accept its extra risk, people or roles."),
        "extra_risk": msg("How the extra risk is handled."),
        "liability": msg("Who is liable."),
    },
    "ChangeSource": {
        "": msg("A project or a process that changes are born of."),
        "id": msg("By what it is named in a request."),
        "name": msg("Its name."),
        "told": msg("Who is told of its changes, people or roles."),
        "approves": msg("Whose approval its changes need, people or roles."),
    },
}
