"""`/crisis`: the crisis cell (Rules CRI-1 to CRI-9)."""

from __future__ import annotations

from handlers.crisis import commands as crisis_commands
from handlers.crisis import log as crisis_log
from handlers.crisis import pages as crisis_pages
from handlers.verbs import choices
from handlers.verbs.fields import EXERCISE, PAGE, free_text, reason, who
from handlers.verbs.verb import Allowance, Field, Kind, SlashCommand, Verb
from handlers.words.texts import msg

VERBS = (
    Verb(
        name="ask",
        french="demander",
        about="INC",
        subject_optional=True,
        summary=msg("Ask your counterpart for a crisis cell"),
        done=msg("Your request %(id)s is on its way to your counterpart."),
        build=crisis_commands.to_ask,
        allowance=Allowance.ALARM,
        fields=(
            reason(),
            EXERCISE,
        ),
    ),
    Verb(
        name="accept",
        french="accepter",
        about="CRI",
        summary=msg("Accept the request: the cell opens"),
        done=msg("%(id)s is open. You lead it together."),
        build=crisis_commands.to_accept,
        allowance=Allowance.UNLIMITED,
    ),
    Verb(
        name="refuse",
        french="refuser",
        about="CRI",
        summary=msg("Refuse the request, with a reason"),
        done=msg("Your refusal of %(id)s is recorded and passed on."),
        build=crisis_commands.to_refuse,
        allowance=Allowance.UNLIMITED,
        fields=(reason(),),
    ),
    Verb(
        name="here",
        french="présent",
        aliases=("join", "rejoindre"),
        about="CRI",
        summary=msg("Say that you are in the crisis room"),
        done=msg("You are counted as present in %(id)s."),
        build=crisis_commands.to_here,
        allowance=Allowance.UNLIMITED,
    ),
    Verb(
        name="list",
        french="liste",
        summary=msg("List the open crises"),
        look=crisis_pages.listing,
        fields=(PAGE,),
    ),
    Verb(
        name="status",
        french="état",
        aliases=("statut",),
        about="CRI",
        summary=msg("Who is present, represented or missing; decisions and actions"),
        look=crisis_pages.status,
    ),
    Verb(
        name="members",
        french="membres",
        about="CRI",
        summary=msg("Agree the member list"),
        done=msg("You have agreed the member list of %(id)s."),
        build=crisis_commands.to_agree,
    ),
    Verb(
        name="add",
        french="ajouter",
        about="CRI",
        summary=msg("Ask somebody, or a supplier's representative, to join"),
        done=msg("The call to %(id)s goes out."),
        build=crisis_commands.to_add,
        form_always=True,
        fields=(
            who(msg("Person"), required=False),
            Field(
                name="supplier",
                label=msg("Supplier"),
                kind=Kind.CHOICE,
                choices=choices.suppliers,
                french="fournisseur",
            ),
        ),
    ),
    Verb(
        name="remove",
        french="retirer",
        about="CRI",
        summary=msg("Take somebody who is not mandated off the member list"),
        done=msg("The member list of %(id)s is changed."),
        build=crisis_commands.to_remove,
        fields=(who(msg("Person")),),
    ),
    Verb(
        name="represented",
        french="représenté",
        aliases=("represented-by", "délégué"),
        about="CRI",
        summary=msg("Name who represents you (or a member of your firm)"),
        done=msg("The delegate is called to %(id)s."),
        build=crisis_commands.to_represented,
        fields=(
            who(
                msg("Delegate"),
                "delegate",
                french="par",
                aliases=("by",),
                choices=choices.colleagues,
            ),
            who(
                msg("The member who is represented"),
                "member",
                french="membre",
                required=False,
                free=False,
            ),
        ),
    ),
    Verb(
        name="brief",
        about="CRI",
        summary=msg("Write the brief that is pinned in the room"),
        done=msg("The brief of %(id)s is pinned."),
        build=crisis_commands.to_brief,
        prefill=crisis_commands.present_brief,
        fields=(free_text(msg("Brief")),),
    ),
    Verb(
        name="decide",
        french="décider",
        about="CRI",
        summary=msg("Record a decision"),
        done=msg("The decision is recorded in %(id)s."),
        build=crisis_commands.to_decide,
        fields=(free_text(msg("Decision")),),
    ),
    Verb(
        name="note",
        french="noter",
        about="CRI",
        summary=msg("Write in the running log, which both firms read"),
        done=msg("Your entry stands in the running log of %(id)s."),
        build=crisis_commands.to_note,
        fields=(free_text(msg("Entry")),),
    ),
    Verb(
        name="log",
        french="main-courante",
        about="CRI",
        summary=msg("The running log: what has happened so far"),
        look=crisis_log.log,
        fields=(PAGE,),
    ),
    Verb(
        name="action",
        about="CRI",
        summary=msg("Record an action: who does what by when"),
        done=msg("The action is recorded in %(id)s."),
        build=crisis_commands.to_action,
        fields=(
            free_text(msg("Action")),
            who(msg("Owner"), "owner", french="responsable", free=False),
            Field(
                name="due",
                label=msg("Due"),
                kind=Kind.INSTANT,
                french="échéance",
            ),
        ),
    ),
    Verb(
        name="done",
        french="fait",
        about="CRI",
        summary=msg("Say that an action is done"),
        done=msg("The action is done."),
        build=crisis_commands.to_done,
        fields=(
            Field(
                name="number",
                label=msg("Number of the action"),
                kind=Kind.NUMBER,
                required=True,
                free=True,
                french="numéro",
            ),
        ),
    ),
    Verb(
        name="lead",
        french="piloter",
        aliases=("pilotage",),
        about="CRI",
        summary=msg(
            "Propose that people of a higher echelon take the lead, for one firm or for both"
        ),
        done=msg("The lead of %(id)s passes as soon as whoever takes it over has confirmed."),
        build=crisis_commands.to_lead,
        form_always=True,
        fields=(
            who(
                msg("For the provider"),
                "provider",
                french="prestataire",
                required=False,
                free=False,
                choices=choices.provider_people,
            ),
            who(
                msg("For the client"),
                "client",
                french="",
                required=False,
                free=False,
                choices=choices.client_people,
            ),
        ),
    ),
    Verb(
        name="take",
        french="prendre",
        about="CRI",
        summary=msg("Take the lead for your firm, being of a higher echelon than whoever leads it"),
        done=msg(
            "You take the lead in %(id)s: at once, if the other firm is led that high already."
        ),
        build=crisis_commands.to_take_lead,
    ),
    Verb(
        name="confirm",
        french="confirmer",
        about="CRI",
        summary=msg("Confirm the hand-over of the lead"),
        done=msg("You have confirmed the hand-over of %(id)s."),
        build=crisis_commands.to_confirm_lead,
    ),
    Verb(
        name="communication",
        about="CRI",
        summary=msg("Appoint who keeps your firm informed"),
        done=msg("The communication lead of %(id)s is appointed."),
        build=crisis_commands.to_communication,
        fields=(who(msg("Person"), choices=choices.colleagues),),
    ),
    Verb(
        name="inform",
        french="informer",
        about="CRI",
        summary=msg("Record what you have told your firm, and whom"),
        done=msg("What you have said is recorded in %(id)s."),
        build=crisis_commands.to_inform,
        fields=(
            free_text(msg("What was said")),
            Field(
                name="audience",
                label=msg("To whom"),
                required=True,
                french="destinataires",
                aliases=("to", "à"),
                limit=300,
            ),
        ),
    ),
    Verb(
        name="close",
        french="clore",
        aliases=("clôturer",),
        about="CRI",
        summary=msg("Agree to close; with both leads the crisis is closed"),
        done=msg("Your agreement to close %(id)s is recorded."),
        build=crisis_commands.to_close,
    ),
)

CRISIS = SlashCommand(name="crisis", summary=msg("Crisis cells"), verbs=VERBS, place=3)
