"""Refusals about anything: records, people and values that are not known."""

from __future__ import annotations

from handlers.words.texts import msg

_ABSENT = (
    msg("%(person)s is absent at the moment. Please name %(stand_in)s instead, who stands in."),
    msg("%(person)s is absent at the moment. Please name somebody else."),
)
SENTENCES = {
    "unknown_record": (msg("There is nothing numbered %(id)s for you. Please check the number."),),
    "concerns_others": (msg("%(id)s concerns other people of the contract."),),
    "which_record": (
        msg("Several are possible: %(candidates)s. Please give the number of the one you mean."),
        msg("Please give the number of the %(kind)s you mean; none is open at the moment."),
    ),
    "unknown_contract": (
        msg("There is no contract “%(contract)s” here. Please check its name."),
        msg("The contract you name is not known here."),
    ),
    "which_contract": (
        msg("You take part in several contracts. Please add contract=… with one of: %(known)s."),
    ),
    "unknown_person": (
        msg("The contract does not name you yet. %(contacts)s can help you."),
        msg("The contract does not name %(person)s. Please choose somebody it names."),
        msg(
            "No contract names you here. If you need access, please ask your incident manager to"
            " have you added."
        ),
    ),
    "unknown_person_named": (
        msg("Several people answer to “%(given)s”: %(known)s. Please give the full name."),
        msg("The contract names nobody called “%(given)s”. You may mean one of these: %(near)s."),
        msg("The contract names nobody called “%(given)s”. Please check the name."),
    ),
    "not_your_role": (
        msg("This is up to the following: %(needed)s. Please ask %(people)s."),
        msg("This is up to the following: %(needed)s. Please ask one of them."),
        msg("Your roles in the contract do not include this. Please ask your incident manager."),
    ),
    "person_absent": _ABSENT,
    "person_not_for_drills": (
        msg("%(person)s does not take part in exercises. Please name somebody else."),
    ),
    "no_drills": (msg("%(person)s does not take part in exercises. Please name somebody else."),),
    "to_yourself": (msg("You are called already. Please name a colleague."),),
    "other_firm": (
        msg("%(person)s is not of %(firm)s. Please name somebody of that firm."),
        msg("%(person)s is not of %(organisation)s. Please name somebody of that firm."),
        msg("%(person)s is of the other firm. Please name somebody of the firm concerned."),
    ),
    "not_of_provider": (
        msg("%(person)s is not of the provider. Please assign the incident to one of its people."),
    ),
    "assignee_missing": (msg("Please name a person or a support group."),),
    "unknown_group": (
        msg("There is no support group “%(group)s”. Please choose one of: %(known)s."),
        msg("There is no support group “%(group)s” in this contract."),
    ),
    "unknown_supplier": (
        msg("There is no supplier “%(supplier)s”. Please choose one of: %(known)s."),
        msg("There is no supplier “%(supplier)s” in this contract."),
    ),
    "unknown_party": (msg("One cannot wait for “%(value)s”. Please choose one of: %(allowed)s."),),
    "value_missing": (msg("Please give a value: %(field)s."),),
    "not_a_number": (msg("%(field)s: “%(given)s” is not a whole number."),),
    "not_yes_or_no": (msg("%(field)s: please answer yes or no, rather than “%(given)s”."),),
    "not_an_instant": (
        msg(
            "“%(given)s” is not a time. Please write it like 18:30 (the next one), tomorrow 9:00,"
            " Friday 17:00, 14/07 18:30 or 2026-07-15 18:30."
        ),
    ),
    "not_an_incident_number": (
        msg("%(field)s: “%(given)s” is not the number of an incident, such as INC-0042."),
    ),
    "unknown_choice": (
        msg("%(field)s: “%(given)s” is not a choice here. Please choose one of: %(known)s."),
        msg("%(field)s: there is nothing to choose from in this contract."),
    ),
    "nothing_changed": (
        msg("Nothing was changed: please change at least one field, or close the form."),
    ),
    "title_missing": (msg("Please give a title: what happens, in a few words."),),
    "title_too_long": (
        msg("The title has %(length)s characters; at most %(limit)s fit. Please shorten it."),
    ),
    "text_too_long": (
        msg("The text has %(length)s characters; at most %(limit)s fit. Please shorten it."),
    ),
    "reason_missing": (msg("Please give a reason."),),
    "note_missing": (msg("Please write the note."),),
    "text_missing": (msg("Please write the text."),),
    "audience_missing": (msg("Please say whom you have told."),),
    "unknown_component": (
        msg("There is no component “%(component)s”. Please choose one, such as: %(known)s."),
        msg("There is no component “%(component)s” in the service catalogue."),
    ),
    "unknown_site": (
        msg("There is no site “%(site)s”. Please choose one, such as: %(known)s."),
        msg("There is no site “%(site)s” in the contract."),
    ),
    "severity_out_of_range": (msg("The severity is 1 to 4, not %(given)s."),),
    "priority_out_of_range": (
        msg("The priority is 1 to %(most)s, not %(given)s."),
        msg("The priority is 1 to 4, not %(given)s."),
    ),
    "not_of_scheme": (
        msg("“%(field)s” is not used by this contract: it finds the priority by %(used)s."),
    ),
    "urgency_out_of_range": (
        msg("The contract knows no urgency %(given)s. Please choose one of: %(known)s."),
    ),
    "impact_out_of_range": (
        msg("The contract knows no impact %(given)s. Please choose one of: %(known)s."),
    ),
    "priority_not_computable": (
        msg("The priority cannot be found without one more value: %(missing)s."),
    ),
    "due_in_the_past": (msg("%(due)s is in the past. Please give a time to come."),),
    "line_too_long": (
        msg("The line has %(length)s characters; at most %(limit)s are read. Please shorten it."),
    ),
    "unknown_verb": (
        msg(
            "“%(given)s” is not something %(command)s does. Did you mean “%(close)s”?"
            " Type %(command)s help to see what it does."
        ),
        msg("“%(given)s” is not something %(command)s does. Type %(command)s help to see."),
    ),
    "unknown_option": (
        msg("There is no option “%(option)s” here. Options: %(options)s."),
        msg("There is no option “%(option)s” here; this takes none."),
    ),
    "words_not_understood": (
        msg("“%(verb)s” takes no free words, such as “%(words)s”. Please use option=value."),
    ),
    "no_chapter": (
        msg("This contract does not provide for %(command)s. Its file has no such chapter."),
    ),
}
WHO = {
    "anyone": msg("anyone named in the contract"),
    "escalade": msg("Escalade itself"),
    "provider": msg("the provider's people"),
    "client": msg("the client's people"),
    "incident_manager": msg("the incident manager"),
    "service_delivery_manager": msg("the service delivery manager"),
    "team_leader": msg("the team leader"),
    "director_of_operations": msg("the director of operations"),
    "quality_manager": msg("the quality manager"),
    "cio": msg("the CIO"),
    "service_owner": msg("the head of the service"),
    "requester": msg("the requester"),
}
