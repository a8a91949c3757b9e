"""`/oncall`: who is on duty and who answers for what; covers, suppliers (CAL-6, CRI-13, ORG-7)."""

from __future__ import annotations

from dataclasses import replace

from escalation.contract import Contract
from handlers.duty import commands, pages, responsibilities
from handlers.duty.swapping import beside_swap
from handlers.verbs import choices
from handlers.verbs.fields import PAGE, free_text, reason, who
from handlers.verbs.verb import Allowance, Field, Kind, SlashCommand, Verb
from handlers.words.texts import msg


def _confirms_suppliers(contract: Contract) -> bool:
    return contract.crisis.confirm_suppliers_days is not None


_SUPPLIER = Field(
    name="supplier",
    label=msg("Supplier"),
    kind=Kind.CHOICE,
    choices=choices.suppliers,
    required=True,
    french="fournisseur",
)
_ROTA = Field(
    name="rota", label=msg("Rota"), kind=Kind.CHOICE, choices=choices.rotas, french="tour"
)

VERBS = (
    Verb(
        name="now",
        french="maintenant",
        aliases=("show", "voir"),
        summary=msg("Who is called now and next, on both sides, and gaps of the coming week"),
        look=pages.on_duty,
    ),
    Verb(
        name="answers",
        french="répond",
        aliases=("raci",),
        summary=msg("Who answers for an activity or a document: the matrix of responsibilities"),
        look=responsibilities.matrix,
        offered=lambda contract: bool(contract.responsibilities),
        fields=(
            Field(
                name="activity",
                label=msg("Activity"),
                free=True,
                french="activité",
                limit=120,
            ),
            PAGE,
        ),
    ),
    Verb(
        name="cover",
        french="remplacer",
        aliases=("remplacement",),
        summary=msg("Ask a colleague, or all of the rota, to cover for you"),
        done=msg("%(id)s is asked for. You are told as soon as it is answered."),
        build=commands.to_cover,
        form_always=True,
        fields=(
            who(
                msg("Who is asked (all of the rota, if nobody is named)"),
                required=False,
                choices=choices.may_cover,
            ),
            who(
                msg("Whose duty (yours, if nobody is named; as who keeps the rota, anybody's)"),
                "for",
                french="pour",
                required=False,
                free=False,
                choices=choices.colleagues,
            ),
            Field(
                name="from",
                label=msg("From (now, or your next turn, if nothing is given)"),
                kind=Kind.INSTANT,
                french="début",
                aliases=("start", "de"),
            ),
            Field(
                name="until",
                label=msg("Until (the end of your turn, if nothing is given)"),
                kind=Kind.INSTANT,
                french="fin",
                aliases=("end", "jusqu'à"),
            ),
            _ROTA,
            reason(required=False),
        ),
    ),
    Verb(
        name="swap",
        french="échanger",
        aliases=("échange",),
        summary=msg("Ask a colleague to swap turns with you"),
        done=msg("%(id)s is asked for. You are told as soon as it is answered."),
        build=commands.to_swap,
        beside=beside_swap,
        fields=(
            replace(who(msg("With whom"), choices=choices.takes_turns_too), leads=True),
            Field(
                name="mine",
                label=msg("A moment of your turn (the next whole one, if nothing is given)"),
                kind=Kind.INSTANT,
                french="mien",
                leads=True,
                shown=True,
            ),
            Field(
                name="theirs",
                label=msg("A moment of their turn (the next whole one, if nothing is given)"),
                kind=Kind.INSTANT,
                french="sien",
                leads=True,
                shown=True,
            ),
            _ROTA,
            reason(required=False),
        ),
    ),
    Verb(
        name="accept",
        french="accepter",
        about="COV",
        summary=msg("Accept a cover or swap; as keeper of the rota, agree to it"),
        done=msg("You have accepted %(id)s."),
        build=commands.to_accept,
        allowance=Allowance.UNLIMITED,
    ),
    Verb(
        name="decline",
        french="refuser",
        about="COV",
        summary=msg("Decline a cover or swap"),
        done=msg("You have declined %(id)s."),
        build=commands.to_decline,
        allowance=Allowance.UNLIMITED,
        fields=(reason(required=False),),
    ),
    Verb(
        name="withdraw",
        french="retirer",
        about="COV",
        summary=msg("Withdraw a cover or swap: the duty is whose turn it is again"),
        done=msg("%(id)s is withdrawn."),
        build=commands.to_withdraw,
        fields=(reason(required=False),),
    ),
    Verb(
        name="confirm",
        french="confirmer",
        summary=msg("Confirm who represents a supplier's management"),
        done=msg("Thank you: it is recorded that the list is still right."),
        build=commands.to_confirm,
        offered=_confirms_suppliers,
        fields=(_SUPPLIER,),
    ),
    Verb(
        name="correct",
        french="corriger",
        summary=msg("Say what is to be changed in who represents a supplier's management"),
        done=msg("It is recorded, and the delivery managers of both firms are told."),
        build=commands.to_correct,
        offered=_confirms_suppliers,
        fields=(_SUPPLIER, free_text(msg("What is to be changed"))),
    ),
    Verb(
        name="feed",
        french="flux",
        aliases=("calendar", "calendrier"),
        summary=msg("Your duty, and that of your rotas, as links for your own calendar"),
        look=pages.feeds,
    ),
)

ONCALL = SlashCommand(
    name="oncall", summary=msg("On-call duty of both firms"), verbs=VERBS, place=5, default="now"
)
