"""Forms: a verb's fields as a Slack modal, and the values back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from dataclasses import field as dataclass_field
from datetime import UTC, datetime
from typing import Any

from escalation.contract.names import folded, people_named
from handlers.application import Caller
from handlers.verbs.verb import YES, Field, Kind, Option, Values, Verb
from handlers.words.blocks import LABEL_LIMIT, actions, context, cut, plain_text, section
from handlers.words.rendered import Block, Rendered
from handlers.words.texts import msg

TITLE_LIMIT = 24
MOST_OPTIONS = 100
PREFIX = "form/"
BESIDE = "beside/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """The purpose of a form; travels in the modal's private metadata."""

    command: str
    verb: str
    contract: str
    subject: str
    channel: str
    values: dict[str, str]  # given before, not asked in the form
    stood: dict[str, str] = dataclass_field(default_factory=dict)  # field → mark of what stood

    def dump(self) -> str:
        """The metadata text (at most 3,000 characters)."""
        return json.dumps(
            [
                self.command,
                self.verb,
                self.contract,
                self.subject,
                self.channel,
                self.values,
                self.stood,
            ],
            ensure_ascii=False,
        )

    @classmethod
    def load(cls, text: str) -> Purpose:
        """Read the metadata text; raises ValueError."""
        given = json.loads(text)
        if not isinstance(given, list) or len(given) != len(fields(cls)):
            raise ValueError("no form of ours")
        command, verb, contract, subject, channel, values, stood = given
        texts((command, verb, contract, subject, channel))
        text_values(values)
        text_values(stood)
        return cls(
            command=command,
            verb=verb,
            contract=contract,
            subject=subject,
            channel=channel,
            values=values,
            stood=stood,
        )


def texts(values: Iterable[object]) -> None:
    """Raise ValueError where any of these is no text."""
    if not all(isinstance(value, str) for value in values):
        raise ValueError("no text")


def text_values(values: object) -> dict[str, str]:
    """The same, as texts by name; raises ValueError."""
    if not isinstance(values, dict):
        raise ValueError("no values by name")
    texts(values.values())
    return values


def form(
    verb: Verb,
    caller: Caller,
    subject: str,
    channel: str,
    given: Values,
    *,
    standing: Values | None = None,
    notice: str = "",
    ways: Sequence[Block] = (),
) -> dict[str, Any]:
    """The modal of a verb, with the values given so far filled in.

    `standing` is what stands in the record already, for the form to be changed; before there is a
    record it is a proposal, sent as it stands. `notice` says why it is asked for, and `ways` are
    the buttons that answer it otherwise.
    """
    texts = caller.texts
    standing = standing or {}
    asking = [f for f in verb.fields if not f.carried]
    shown = [f for f in asking if f.required or not _is_empty_menu(f, caller)]
    asked = {f.name for f in asking}
    purpose = Purpose(
        command=verb.command,
        verb=verb.name,
        contract=caller.contract.id,
        subject=subject,
        channel=channel,
        values={name: value for name, value in given.items() if name not in asked},
        stood={
            f.name: _mark(standing[f.name][: f.limit])
            for f in shown
            if subject and f.name in standing and not f.required
        },
    )
    values = {**standing, **given}
    heading = f"{texts(verb.summary)}" + (f" · *{subject}*" if subject else "")
    said = verb.about_what(caller, values) if verb.about_what else []
    blocks: list[Block] = [
        context(heading),
        *([section("\n".join(said))] if said else []),
        *([section(notice)] if notice else []),
        *([actions(*ways)] if ways else []),
        *(_input(f, caller, values.get(f.name, "")) for f in shown),
    ]
    return {
        "type": "modal",
        "callback_id": f"{PREFIX}{verb.path}",
        "private_metadata": purpose.dump(),
        "title": plain_text(cut(subject or "Escalade", TITLE_LIMIT)),
        "submit": plain_text(texts(msg("Confirm"))),
        "close": plain_text(texts(msg("Cancel"))),
        "blocks": blocks,
    }


def answered(view: Mapping[str, Any], rendered: Rendered) -> dict[str, Any]:
    """Build what stands in a form's place once a button in it has answered: no button is left."""
    blocks = [each for each in rendered.blocks if each["type"] != "actions"]
    return {
        "type": "modal",
        "callback_id": view["callback_id"],
        "title": view["title"],
        "blocks": blocks or [section(rendered.text)],
    }


def with_beside(view: Mapping[str, Any], field: str, shown: Sequence[Block]) -> dict[str, Any]:
    """The modal that Slack sent, with these blocks, and no earlier ones, beneath a field.

    What was filled in stays: the fields are the same.
    """
    blocks: list[Block] = []
    for block in view["blocks"]:
        if not str(block.get("block_id", "")).startswith(BESIDE):
            blocks.append(block)
        if block.get("block_id") == field:
            blocks += [{**each, "block_id": f"{BESIDE}{n}"} for n, each in enumerate(shown)]
    parts = ("type", "callback_id", "private_metadata", "title", "submit", "close")
    return {**{part: view[part] for part in parts}, "blocks": blocks}


def _input(field: Field, caller: Caller, value: str) -> Block:
    texts = caller.texts
    block: Block = {
        "type": "input",
        "block_id": field.name,
        "optional": not field.required,
        "label": plain_text(texts(field.label)),
        "element": _element(field, caller, value),
    }
    if field.leads:
        block["dispatch_action"] = True
    if field.hint:
        block["hint"] = plain_text(texts(field.hint))
    return block


def _element(field: Field, caller: Caller, value: str) -> Block:
    element: Block = {"action_id": field.name}
    if field.kind in (Kind.TEXT, Kind.LONG_TEXT) or _is_empty_menu(field, caller):
        element |= {"type": "plain_text_input", "max_length": field.limit}
        if field.kind is Kind.LONG_TEXT:
            element["multiline"] = True
        if value:
            element["initial_value"] = value[: field.limit]
    elif field.kind is Kind.NUMBER:
        element |= {"type": "number_input", "is_decimal_allowed": False}
        if value.isdigit():
            element["initial_value"] = value
    elif field.kind is Kind.INSTANT:
        element |= {"type": "datetimepicker"}
        if stamp := _stamp(value):
            element["initial_date_time"] = stamp
    else:
        known = choices(field, caller)
        element |= {"type": "static_select", **_menu([_option(o) for o in known])}
        chosen = _chosen(field, known, caller, value)
        if chosen:
            element["initial_option"] = _option(chosen)
    return element


def _is_empty_menu(field: Field, caller: Caller) -> bool:
    """Return whether there is nothing to choose: Slack refuses a menu without options."""
    return field.kind in (Kind.CHOICE, Kind.PERSON) and not choices(field, caller)


def _chosen(field: Field, known: list[Option], caller: Caller, value: str) -> Option | None:
    """The option that a value given on a typed line stands for."""
    wanted = folded(value)
    if field.kind is Kind.YES_NO and wanted in YES:
        wanted = "yes"
    elif field.kind is Kind.PERSON:
        meant = people_named(caller.known.people, value)
        wanted = folded(meant[0].id) if len(meant) == 1 else ""
    return next((o for o in known if wanted and wanted in _names(o)), None)


def _names(option: Option) -> tuple[str, ...]:
    """List what an option is called on a typed line: its value, or the first part of its label."""
    return folded(option.value), folded(option.label.partition(" · ")[0])


def _menu(options: list[Block]) -> Block:
    """The options, in groups where there are more than Slack takes in one list."""
    if len(options) <= MOST_OPTIONS:
        return {"options": options}
    groups = [options[i : i + MOST_OPTIONS] for i in range(0, len(options), MOST_OPTIONS)]
    return {
        "option_groups": [
            {"label": plain_text(cut(_span(group), LABEL_LIMIT)), "options": group}
            for group in groups[:MOST_OPTIONS]
        ]
    }


def _span(group: list[Block]) -> str:
    first, last = group[0]["text"]["text"], group[-1]["text"]["text"]
    return f"{cut(first, 35)} – {cut(last, 35)}"


def _stamp(value: str) -> int | None:
    """The Unix time of an ISO instant; None where it is none."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return int(at.timestamp()) if at.tzinfo else None


def _mark(text: str) -> str:
    """Return what tells whether a text was changed."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:16]


def choices(field: Field, caller: Caller) -> list[Option]:
    """Return what may be chosen in a field of a menu."""
    texts = caller.texts
    if field.kind is Kind.YES_NO:
        return [
            Option(value="yes", label=texts(msg("Yes"))),
            Option(value="no", label=texts(msg("No"))),
        ]
    if field.choices is not None:
        return field.choices(caller)
    contract = caller.contract
    return [
        Option(value=p.id, label=f"{p.name} · {contract.party_name(p.organisation)}")
        for p in caller.known.people
    ]


def read_form(verb: Verb, purpose: Purpose, state: dict[str, Any]) -> dict[str, str]:
    """The values of a submitted form, as the typed line would give them.

    Of a form that showed what stands, only what was changed: "" where it was cleared. So two
    people who change different fields at once do not undo one another.
    """
    values = dict(purpose.values)
    for field in verb.fields:
        given = state.get(field.name, {}).get(field.name) or {}
        if field.kind is Kind.INSTANT:
            stamp = given.get("selected_date_time")
            value = datetime.fromtimestamp(stamp, UTC).isoformat() if stamp else ""
        elif "selected_option" in given:
            value = (given["selected_option"] or {}).get("value", "")
        else:
            value = given.get("value") or ""
        stood = purpose.stood.get(field.name)
        if value if stood is None else stood != _mark(value):
            values[field.name] = value
    return values


def _option(option: Option) -> Block:
    return {"text": plain_text(cut(option.label, LABEL_LIMIT)), "value": option.value}
