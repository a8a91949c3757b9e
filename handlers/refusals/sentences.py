"""The sentences for refusals: what is refused, why, and what can be done instead (Rule CON-1).

Each code has one sentence or several, the most telling first: the first one whose values are all
known is said. Most are said in a form too, where there is no markup.
"""

from __future__ import annotations

from handlers.words.texts import msg

_ABSENT = (
    msg("%(person)s is absent at the moment. Please name %(stand_in)s instead, who stands in."),
    msg("%(person)s is absent at the moment. Please name somebody else."),
)
_RECORDS = {
    "unknown_incident": (msg("There is no incident %(id)s for you. Please check its number."),),
    "unknown_crisis": (msg("There is no crisis %(id)s for you. Please check its number."),),
    "unknown_report": (msg("There is no report %(id)s for you. Please check its number."),),
    "unknown_cover": (msg("There is no cover %(id)s for you. Please check its number."),),
    "unknown_problem": (msg("There is no problem %(id)s for you. Please check its number."),),
    "unknown_event": (msg("There are no events %(id)s for you. Please check the number."),),
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
}
_PEOPLE = {
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
        msg("This is up to the following: %(needed)s. Please ask them."),
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
}
_VALUES = {
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
}
_INCIDENTS = {
    "wrong_state": (
        msg("The incident is now: %(state)s. This is for incidents that are: %(allowed)s."),
        msg("The incident is now: %(state)s. This is not possible any more."),
    ),
    "incident_over": (msg("%(incident)s is over: %(state)s."), msg("%(id)s is over: %(state)s.")),
    "original_over": (
        msg("%(incident)s is over: %(state)s. Please name an original that is under way."),
    ),
    "merged_into_itself": (
        msg("%(incident)s cannot be a duplicate of itself. Please give the number of another one."),
    ),
    "already_merged": (msg("The incident already points at its original, %(into)s."),),
    "already_cancelled": (msg("The incident is already cancelled."),),
    "already_taken": (
        msg("%(by)s already works on this incident."),
        msg("Somebody already works on this incident."),
    ),
    "already_yours": (
        msg("You answer for it already (%(at)s)."),
        msg("You answer for it already."),
    ),
    "already_assigned": (msg("The incident is already assigned to %(person)s."),),
    "already_resolved": (
        msg("%(by)s has already resolved the incident."),
        msg("The incident is already resolved."),
    ),
    "already_verified": (msg("The incident is already verified by the requester."),),
    "already_closed": (msg("The incident is already closed."),),
    "not_resolved": (
        msg("The incident is now: %(state)s. It has to be resolved before it can be verified."),
    ),
    "not_qualified": (
        msg("The incident has no priority yet. Please set it before resolving the incident."),
    ),
    "not_verified": (
        msg(
            "%(requester)s has not verified the incident yet. Without an answer it may be closed"
            " from %(may_close_at)s."
        ),
        msg("The requester has not verified the incident yet."),
    ),
    "nothing_to_clear": (msg("There is nothing to clear."),),
    "events_handled": (msg("%(id)s is dealt with already."),),
    "no_target": (msg("The incident has no time to restore, so there is no delay to announce."),),
    "delay_already_told": (msg("The requester has already been told of the delay past %(due)s."),),
    "already_waiting": (msg("The clocks already stand still, waiting for %(waiting_for)s."),),
    "not_waiting": (msg("The clocks are running; there is nothing to resume."),),
    "no_lowering": (msg("No lowering of the priority of %(id)s is proposed."),),
    "group_chooses": (
        msg(
            "At severity 4 the priority is up to the group %(group)s. You may qualify the incident"
            " by another severity."
        ),
    ),
    "group_chooses_priority_only": (
        msg(
            "Your group may assign a priority to %(id)s, with a reason; severity and component are"
            " up to the provider."
        ),
    ),
    "cause_confirmed": (msg("%(by)s has already confirmed what was said of the cause."),),
    "resolver_verifies": (
        msg(
            "No client requested %(id)s, and you have resolved it: somebody else verifies it."
            " Please ask a colleague."
        ),
    ),
    "priority_unchanged": (msg("The priority is already %(priority)s."),),
    "already_current": (msg("The incident already follows the contract in force."),),
}
_LADDERS = {
    "unknown_ladder": (
        msg("There is no ladder “%(ladder)s”. Please choose one of: %(known)s."),
        msg("There is no ladder “%(ladder)s” in this contract."),
    ),
    "no_escalation": (msg("No escalation of %(incident)s is under way."),),
    "escalation_over": (
        msg("The escalation of %(incident)s has been over since %(at)s: %(why)s."),
        msg("The escalation of %(incident)s is over."),
    ),
    "not_called_at_this_rung": (
        msg("Echelon %(level)s is in charge now: %(people)s. Please speak to them."),
        msg("Echelon %(level)s is in charge now, and you are not called for it."),
    ),
    "not_of_this_ladder": (msg("Your firm does not take part in the ladder “%(ladder)s”."),),
    "already_at_the_top": (
        msg("The highest echelon, %(level)s, already has it: %(people)s."),
        msg("The highest echelon, %(level)s, already has it."),
    ),
    "already_at_the_bottom": (msg("Echelon %(level)s is the lowest; there is none below."),),
    "rung_is_past": (
        msg("The escalation has since gone on to echelon %(level)s: %(people)s."),
        msg("The escalation has since gone on to echelon %(level)s."),
    ),
    "already_acknowledged": (
        msg("%(by)s has acknowledged it already (%(at)s)."),
        msg("It is already acknowledged."),
    ),
    "already_escalated": (
        msg("It has been escalated meanwhile, to echelon %(level)s: %(people)s."),
        msg("It has been escalated meanwhile, to echelon %(level)s."),
    ),
    "already_settled_here": (
        msg("%(by)s has said so for your side already (%(at)s). Still awaited: %(people)s."),
        msg("%(by)s has said so for your side already (%(at)s)."),
    ),
    "already_called": (msg("%(person)s is already called."),),
    "already_snoozed": (
        msg("The next step was put off on %(at)s; this can be done once at each echelon."),
    ),
}
_CRISES = {
    "crisis_asked": (msg("The crisis %(id)s is asked for, and not accepted yet."),),
    "crisis_refused": (
        msg("%(by)s has declined the request %(id)s."),
        msg("The request %(id)s was declined. You may ask again, with a new reason."),
    ),
    "crisis_closed": (msg("The crisis %(id)s is closed."),),
    "crisis_open": (msg("The crisis %(id)s is already open."),),
    "crisis_exists": (msg("There is already a crisis for %(incident)s: %(id)s."),),
    "already_accepted": (
        msg("%(by)s has already accepted the request %(id)s."),
        msg("The request %(id)s is already accepted."),
    ),
    "already_refused": (
        msg("%(by)s has already declined the request %(id)s."),
        msg("The request %(id)s is already declined."),
    ),
    "nobody_to_ask": (
        msg(
            "From echelon %(level)s up, nobody of %(side)s can be asked at the moment."
            " Please call them yourself."
        ),
        msg("Nobody of the other firm can be asked at the moment. Please call them yourself."),
    ),
    "not_asked": (msg("This request was made to somebody else; it is theirs to answer."),),
    "not_initiator": (msg("This is up to the two initiators of %(id)s. Please ask them."),),
    "not_lead": (
        msg("This is up to those who lead %(id)s: %(leads)s. Please ask them."),
        msg("This is up to those who lead %(id)s. Please ask them."),
    ),
    "not_communication_lead": (
        msg("This is up to the communication lead of %(side)s. Please ask them."),
        msg("This is up to the communication lead. Please ask them."),
    ),
    "already_communication_lead": (msg("%(person)s is already the communication lead."),),
    "no_hand_over": (msg("No hand-over of the lead of %(id)s is proposed at the moment."),),
    "not_taking_over": (
        msg("This is up to those who take over the lead: %(leads)s."),
        msg("This is up to those who take over the lead."),
    ),
    "already_confirmed": (msg("You have already confirmed the hand-over of %(id)s."),),
    "one_lead_each": (msg("Please name one person of each firm."),),
    "not_higher": (
        msg(
            "%(person)s is of level %(level)s; that firm leads at level %(present)s. Please name"
            " somebody of a higher level."
        ),
    ),
    "not_peer": (
        msg(
            "%(person)s is of level %(level)s; the other firm would lead at level %(other)s. Please"
            " name somebody of that level."
        ),
    ),
    "nobody_to_lead": (
        msg("Nobody of %(side)s can lead at level %(level)s at the moment. Please name somebody."),
    ),
    "already_leading": (msg("They lead %(id)s already."),),
    "already_member": (msg("%(person)s is already a member of the cell."),),
    "not_a_member": (msg("%(person)s is not a member of the cell."),),
    "mandated_member": (
        msg("%(person)s is mandated and stays on the list; a delegate may be named."),
    ),
    "already_agreed": (msg("Your side has already agreed the member list."),),
    "own_delegate": (msg("A delegate is somebody else. Please name another person."),),
    "already_delegate": (msg("%(person)s already is the delegate."),),
    "already_agreed_to_close": (
        msg("Your side has already agreed to close %(id)s; it waits for the other side."),
    ),
    "unknown_action": (msg("There is no action number %(number)s in this cell."),),
    "action_done": (msg("Action %(number)s is already done."),),
}
_REPORTS = {
    "unknown_section": (
        msg("The form has no section “%(section)s”. Please choose one of: %(known)s."),
    ),
    "already_issued": (msg("Version %(version)s of %(id)s is already issued."),),
    "already_approved": (
        msg("%(by)s has already approved %(id)s."),
        msg("%(id)s is already approved."),
    ),
    "own_report": (
        msg(
            "A second person approves the report: somebody who has not written %(id)s."
            " “Ask for approval” asks them."
        ),
    ),
    "report_incomplete": (msg("%(id)s is not complete yet. Please complete first: %(missing)s."),),
    "already_submitted": (
        msg("The approval of %(id)s is already asked for, of %(people)s."),
        msg("The approval of %(id)s is already asked for."),
    ),
    "nobody_approves": (
        msg(
            "Nobody who may approve %(id)s is left: everybody has written in it. Please have the"
            " contract name somebody else, such as a quality manager."
        ),
    ),
    "report_exists": (msg("There is a report on %(incident)s already: %(id)s."),),
    "report_asked": (msg("%(by)s has already asked for a report on %(incident)s."),),
    "unknown_version": (
        msg("%(id)s has no version %(version)s. Versions that were issued: %(known)s."),
        msg("%(id)s has no version %(version)s: none was issued yet."),
    ),
    "not_approved": (msg("%(id)s is not approved yet. Please have a second person approve it."),),
    "incident_reopened": (
        msg("%(incident)s is open again; the report %(id)s waits until it is closed."),
    ),
}

_COVERS = {
    "cover_backwards": (msg("The cover would end before it begins. Please check the times."),),
    "unknown_rota": (
        msg("There is no rota “%(given)s”. Please name one of these: %(known)s."),
        msg("There is no rota “%(given)s”."),
    ),
    "which_rota": (
        msg("You are on duty in several rotas then. Please name one of these: %(known)s."),
    ),
    "no_duty_then": (
        msg("You are not on duty then: there is nothing to cover. `/oncall` shows who is."),
    ),
    "no_turn_in_return": (
        msg("%(person)s has no turn then to give in return. Please ask for a cover instead."),
    ),
    "cover_yourself": (msg("It is your duty already. Please name a colleague."),),
    "away_then": (msg("%(person)s is absent as that duty begins. Please choose somebody else."),),
    "nobody_to_cover": (
        msg("Nobody else of the rota is there then. Please name a colleague of your firm."),
    ),
    "cover_not_asked_of_you": (
        msg("This cover is asked of others, or you have declined it: there is nothing to accept."),
    ),
    "cover_waits_for_keeper": (
        msg("A colleague has agreed already; whoever keeps the rota decides now."),
    ),
    "cover_taken": (msg("%(person)s has taken this duty already."),),
    "cover_declined": (msg("You have declined this cover already."),),
    "cover_in_force": (
        msg("This cover is in force. To end it, please withdraw it, or ask for a cover yourself."),
    ),
    "cover_over": (msg("This cover is over, or was withdrawn: nothing is left to do."),),
    "cover_void": (
        msg("The turn has moved, or is covered already: there is nothing left to take."),
    ),
}
_PROBLEMS = {
    "no_chapter": (
        msg("This contract does not provide for %(command)s. Its file has no such chapter."),
    ),
    "no_problems": (msg("This contract has no problem management."),),
    "through_service_level": (
        msg(
            "A problem is opened through service-level management: please tell %(people)s, who"
            " puts it to the problem manager."
        ),
        msg("A problem is opened through service-level management of the provider."),
    ),
    "problem_state": (msg("%(id)s is not at that point: it is %(problem_state)s."),),
    "problem_taken": (
        msg("%(by)s has already taken %(id)s."),
        msg("%(id)s is already open."),
    ),
    "problem_declined": (msg("%(by)s has already declined %(id)s, with the reason: %(reason)s."),),
    "problem_closed": (msg("%(id)s is already closed."),),
    "problem_watched": (
        msg("%(id)s is watched until %(due)s, whether an incident comes back. Please wait."),
    ),
    "incident_came_back": (
        msg(
            "%(incident)s came back after the fix. Please open %(id)s again, or say with"
            " “unlink” that the incident is not of it."
        ),
    ),
    "already_assessed": (msg("The impacts of %(id)s are already assessed as these."),),
    "not_assessed": (msg("The impacts of %(id)s are not assessed yet: the problem manager does."),),
    "no_priority_proposed": (
        msg("No priority of %(id)s is proposed yet: the delivery manager proposes it."),
    ),
    "already_voted": (msg("%(by)s has already decided this for your firm."),),
    "priority_decided": (msg("The priority of %(id)s is already decided: %(rating)s."),),
    "already_analysed": (msg("The analysis of %(id)s is already done."),),
    "problem_unanalysed": (msg("Please record the cause of %(id)s first."),),
    "workaround_known": (msg("This work-around of %(id)s is already recorded."),),
    "exercise_not_linked": (
        msg("%(incident)s is an exercise; it does not come of a real problem."),
    ),
    "already_linked": (msg("%(incident)s is already linked to %(id)s."),),
    "not_linked": (msg("%(incident)s is not linked to %(id)s."),),
}

SENTENCES: dict[str, tuple[str, ...]] = {
    **_RECORDS,
    **_PEOPLE,
    **_VALUES,
    **_INCIDENTS,
    **_LADDERS,
    **_CRISES,
    **_REPORTS,
    **_COVERS,
    **_PROBLEMS,
}
