"""Asking for a change and classifying it: forms made from the catalogue (CHG-1, CHG-2)."""

from __future__ import annotations

from dataclasses import replace

from escalation.contract.processes.changes import StandardChange
from escalation.decision.commands import change as c
from escalation.decision.transaction import Transaction
from escalation.people import rights
from escalation.records.change import Change, ChangeCategory, ChangeOrigin
from escalation.records.kinds import CHANGE, INCIDENT, PROBLEM, Record, kind_of_id
from handlers.application import Caller
from handlers.change.words import categories, entry_words, origins, sources, standards
from handlers.verbs import choices
from handlers.verbs.fields import COMPONENT, SITE, choice_of
from handlers.verbs.typed_line import record_id
from handlers.verbs.verb import Choices, Field, Invocation, Kind, Option, Values, Verb
from handlers.words.blocks import cut, plain
from handlers.words.texts import msg

ANSWER = "form_"  # begins the names of what the form of a standard change asks
LONGEST_HINT = 1500

STANDARD = Field(
    name="standard",
    label=msg("Standard change of the catalogue"),
    kind=Kind.CHOICE,
    choices=standards,
    limit=40,
)
URGENT = Field(name="urgent", label=msg("Is it urgent?"), kind=Kind.YES_NO, carried=True)
DESCRIPTION = Field(name="description", label=msg("Description"), kind=Kind.LONG_TEXT)
BORN_OF = Field(
    name="born_of",
    label=msg("Born of the project or process"),
    kind=Kind.CHOICE,
    choices=sources,
    french="issu_de",
)
REQUEST = (
    Field(
        name="title",
        label=msg("What is to be changed, in a few words"),
        required=True,
        free=True,
        french="titre",
        limit=250,
    ),
    replace(STANDARD, carried=True),
    COMPONENT,
    SITE,
    Field(
        name="origin",
        label=msg("Origin"),
        kind=Kind.CHOICE,
        choices=origins,
        french="origine",
    ),
    BORN_OF,
    URGENT,
    DESCRIPTION,
)


def _request(invocation: Invocation) -> c.RequestChange:
    component = choice_of(invocation, "component", choices.components)
    origin = choice_of(invocation, "origin", origins)
    return c.RequestChange(
        **invocation.common(),
        title=invocation.text("title"),
        description=invocation.text("description"),
        origin=ChangeOrigin(origin) if origin else None,
        standard=choice_of(invocation, "standard", standards),
        components=(component,) if component else (),
        site=choice_of(invocation, "site", choices.sites),
        urgent=invocation.yes("urgent"),
        answers=answers(invocation.values),
        born_of=_record(invocation.values) or choice_of(invocation, "born_of", sources) or "",
    )


def _request_fields(caller: Caller, given: Values) -> tuple[Field, ...]:
    """List what is asked: of a standard change, what its form in the catalogue says (CHG-1)."""
    rules = caller.contract.changes
    entry = rules.catalogue.get(given.get("standard", "")) if rules else None
    if rules is None or entry is None:
        born = _record(given)
        return tuple(replace(f, carried=True) if born and f is BORN_OF else f for f in REQUEST)
    urgent = rules.urgent if entry.urgent else None
    terms = f"{urgent.extra_risk} {urgent.liability}" if urgent else ""
    return (
        replace(STANDARD, carried=True),
        *answer_fields(entry),
        *((replace(URGENT, hint=cut(terms, LONGEST_HINT), carried=False),) if urgent else ()),
        SITE,
        DESCRIPTION,
    )


def _entry_named(caller: Caller, given: Values) -> list[str]:
    """Of which standard change the form is, and what the catalogue says of it (CHG-1)."""
    rules = caller.contract.changes
    entry = rules.catalogue.get(given.get("standard", "")) if rules else None
    if entry is None or given.get("category") == ChangeCategory.OTHER:
        return []
    return [f"*{plain(entry.title)}*", *entry_words(entry, caller)]


def answer_fields(entry: StandardChange) -> tuple[Field, ...]:
    """List what the form of a standard change asks (CHG-1)."""
    return tuple(
        Field(
            name=f"{ANSWER}{each.id}",
            label=each.label,
            kind=Kind.CHOICE if each.choices else Kind.LONG_TEXT,
            choices=_choices(each.choices) if each.choices else None,
            required=each.required,
        )
        for each in entry.form
    )


def answers(given: Values) -> dict[str, str]:
    """Read what was answered to that form."""
    return {
        name.removeprefix(ANSWER): value for name, value in given.items() if name.startswith(ANSWER)
    }


def _record(given: Values) -> str | None:
    """The incident or the problem that it is born of, where it is one."""
    return record_id(given.get("born_of", ""))


def _prefilled(tx: Transaction, invocation: Invocation) -> dict[str, str]:
    """Fill in what the incident or the problem says already, to whoever may read it."""
    kind = kind_of_id(_record(invocation.values) or "")
    if kind not in {INCIDENT, PROBLEM}:
        return {}
    record = tx.get(kind, invocation.contract.id, _record(invocation.values) or "")
    if not rights.visible(invocation.contract, invocation.caller.person.id, record):
        return {}
    return {"title": record.title, "component": record.component or ""}


def _choices(values: tuple[str, ...]) -> Choices:
    return lambda _: [Option(value=each, label=each) for each in values]


def _approved(invocation: Invocation, record: Record) -> str:
    """To who gave with the request what approvals are theirs."""
    if not isinstance(record, Change) or not record.approvals:
        return ""
    words = msg("%(id)s is asked for. Your request is your approval, too; others are awaited.")
    if not record.missing:
        words = msg("%(id)s is asked for. Your request is the approval, too: it is approved.")
    return invocation.caller.texts(words, id=record.id)


REQUESTED = Verb(
    name="request",
    french="demander",
    aliases=("ask", "open", "new", "ouvrir"),
    summary=msg("Ask for a change"),
    done=msg("%(id)s is with the change desk. You will be told at each step."),
    instead=_approved,
    build=_request,
    fields=REQUEST,
    prefill=_prefilled,
    shape=_request_fields,
    about_what=_entry_named,
)


# ── of which category it is ──────────────────────────────────────────────────────────────────

MONEY = Field(name="money", label=msg("Does it cost money?"), kind=Kind.YES_NO, french="argent")
SERVICE_LEVEL = Field(
    name="service_level",
    label=msg("Does it touch a service level?"),
    kind=Kind.YES_NO,
    french="niveau_de_service",
)
CATEGORY = Field(
    name="category",
    label=msg("Category"),
    kind=Kind.CHOICE,
    choices=categories,
    required=True,
    free=True,
    french="catégorie",
)
CLASSIFY = (CATEGORY, STANDARD, MONEY, SERVICE_LEVEL)


def _classify(invocation: Invocation) -> c.ClassifyChange:
    invocation.needed("category")
    category = choice_of(invocation, "category", categories)
    return c.ClassifyChange(
        **invocation.common(),
        change=invocation.subject,
        category=ChangeCategory(category or ChangeCategory.OTHER),
        standard=choice_of(invocation, "standard", standards),
        money=invocation.yes("money") if "money" in invocation.values else None,
        service_level=invocation.yes("service_level")
        if "service_level" in invocation.values
        else None,
        answers=answers(invocation.values),
    )


def _classify_fields(caller: Caller, given: Values) -> tuple[Field, ...]:
    """List what is asked; once a standard change is named, what its form in the catalogue says."""
    rules = caller.contract.changes
    entry = rules.catalogue.get(given.get("standard", "")) if rules else None
    if entry is None or not entry.form or given.get("category") == ChangeCategory.OTHER:
        return CLASSIFY
    rest = (replace(each, carried=True) for each in (STANDARD, MONEY, SERVICE_LEVEL))
    return (CATEGORY, *answer_fields(entry), *rest)


def _standing(tx: Transaction, invocation: Invocation) -> dict[str, str]:
    """Fill in how it is classified: what the form does not change stays (CHG-2)."""
    change = tx.get(CHANGE, invocation.contract.id, invocation.subject)
    effects = {"money": change.money, "service_level": change.service_level}
    standard = change.standard or ""
    return {
        **({"category": change.category.value} if change.category else {}),
        **({"standard": standard} if standard else {}),
        **{name: "yes" for name, so in effects.items() if so},
        **(
            {f"{ANSWER}{name}": answer for name, answer in change.answers.items()}
            if invocation.text("standard") == standard
            else {}
        ),
    }


CLASSIFIED = Verb(
    name="classify",
    french="classer",
    about=CHANGE.prefix,
    summary=msg("Change manager: say of which category it is, and what it touches"),
    done=msg("%(id)s is classified."),
    build=_classify,
    fields=CLASSIFY,
    prefill=_standing,
    shape=_classify_fields,
    about_what=_entry_named,
)
