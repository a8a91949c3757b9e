"""Faults of the names, people, firms, groups and components of a contract."""

from __future__ import annotations

from handlers.words.texts import msg

SENTENCES = {
    "id_not_simple": (
        msg("The id “%(value)s” cannot be typed easily."),
        msg(
            "Use small letters without accents, digits, “-” and “_”, beginning with a letter or "
            "digit."
        ),
    ),
    "id_too_long": (
        msg("The id “%(value)s” is too long."),
        msg("Use at most %(limit)s characters."),
    ),
    "id_twice": (
        msg("The id “%(value)s” is already taken."),
        msg("Give each its own id."),
    ),
    "id_reserved": (
        msg("The id “%(value)s” has a meaning of its own."),
        msg("Choose another id."),
    ),
    "contract_twice": (
        msg("The contract id “%(value)s” is already taken, in %(file)s."),
        msg("Give each contract its own id."),
    ),
    "room_of_two_contracts": (
        msg("The room “%(value)s” already belongs to the contract in %(file)s."),
        msg("Use another room: nobody on one contract may see anything of another."),
    ),
    "named_twice": (
        msg("“%(value)s” is named twice in this list."),
        msg("Keep the first."),
    ),
    "unknown_person": (
        msg("Nobody has the id “%(person)s”."),
        msg("Add them under [[people]], or correct the id."),
    ),
    "wrong_firm": (
        msg("%(name)s belongs to %(firm)s, and somebody of %(asked)s is expected here."),
        msg("Name somebody else, or correct the person's organisation."),
    ),
    "unknown_firm": (
        msg("No firm of the contract is “%(value)s”."),
        msg("Possible: %(known)s; a supplier is declared under [[suppliers]]."),
    ),
    "unknown_group": (
        msg("No support group is “%(value)s”."),
        msg("Possible: %(known)s; a group is declared under [[groups]]."),
    ),
    "unknown_supplier": (
        msg("No supplier is “%(value)s”."),
        msg("Possible: %(known)s; a supplier is declared under [[suppliers]]."),
    ),
    "unknown_rota": (
        msg("No rota is “%(value)s”."),
        msg("Possible: %(known)s; a rota is declared under [[rotas]]."),
    ),
    "unknown_level": (
        msg("No echelon has the level %(value)s."),
        msg("Possible: %(known)s; a level is declared under [[echelons]]."),
    ),
    "unknown_ladder": (
        msg("No ladder is “%(value)s”."),
        msg("Possible: %(known)s; a ladder is declared under [[ladders]]."),
    ),
    "unknown_towards": (
        msg("A ladder cannot lead towards “%(value)s”."),
        msg("Possible: %(known)s."),
    ),
    "not_an_email": (
        msg("“%(value)s” is not an e-mail address."),
        msg("Write name@firm.example."),
    ),
    "not_a_phone": (
        msg("“%(value)s” is not a phone number: whoever has to call could not."),
        msg('Write "+33 6 39 98 01 02"; an extension goes behind it: "+33 1 99 00 01 02 ext. 12".'),
    ),
    "email_twice": (
        msg("The e-mail address “%(value)s” is already somebody else's."),
        msg("Give each person their own: Escalade knows people by it."),
    ),
    "not_a_slack_id": (
        msg("“%(value)s” is not a Slack user id."),
        msg("Copy it from the person's Slack profile (“Copy member ID”): it begins with U or W."),
    ),
    "slack_twice": (
        msg("The Slack id “%(value)s” is already somebody else's."),
        msg("Give each person their own."),
    ),
    "absence_backwards": (
        msg("The absence ends on %(last)s, before it begins on %(first)s."),
        msg("Put the first day in `first` and the last in `last`."),
    ),
    "absences_overlap": (
        msg("Two absences of %(name)s overlap."),
        msg("Make one absence of the two, or correct the days."),
    ),
    "absence_alone": (
        msg("Nobody stands in for %(name)s during this absence."),
        msg("Add stand_in, with somebody of the same firm."),
    ),
    "stand_in_oneself": (
        msg("%(name)s cannot be named as stand-in for the same person."),
        msg("Name somebody else of the same firm."),
    ),
    "stand_in_away": (
        msg("On %(day)s %(name)s, who stands in for %(away)s, is away too, without a stand-in."),
        msg("Name somebody who is present during the whole absence."),
    ),
    "stand_ins_circular": (
        msg("On %(day)s %(away)s and %(name)s are both away, and stand in for each other."),
        msg("Name a third person for one of them."),
    ),
    "manager_missing": (
        msg("Nobody of the provider leads incidents."),
        msg("Give one of these roles to somebody of the provider: %(roles)s."),
    ),
    "representative_missing": (
        msg("%(supplier)s has no management representative."),
        msg("Put the id of somebody of that firm in `representative`."),
    ),
    "representative_without_phone": (
        msg("%(name)s, who represents %(supplier)s, has no phone number."),
        msg("Add `phone` to that person: a crisis has to be able to call them."),
    ),
    "group_empty": (
        msg("The support group “%(name)s” has no members."),
        msg("Add at least one to `members`."),
    ),
    "site_without_phone": (
        msg("Nobody can be phoned at the site “%(name)s”."),
        msg('Add contacts = [{ name = "…", phone = "…" }].'),
    ),
    "not_one_accountable": (
        msg("“%(activity)s” has %(found)s accountable, and exactly one is needed."),
        msg("Put one person, or one role, in `accountable`; the others are responsible."),
    ),
    "accountable_in_two_firms": (
        msg("“%(activity)s”: people of several firms have the accountable role, %(role)s."),
        msg("Name a role that one firm alone holds, or a person."),
    ),
    "activity_twice": (
        msg("“%(value)s” stands in the responsibility matrix already."),
        msg("Make one entry of both, with one accountable."),
    ),
    "catalogue_empty": (
        msg("The service catalogue has no component."),
        msg("Add at least one [[components]]."),
    ),
}
