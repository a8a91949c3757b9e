"""Every refusal that can be raised has its sentence, in each language, with what it is about."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from escalation.base.facts import Fact
from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotFound, NotNow, Refusal
from escalation.change import parts as change_parts
from escalation.people import roles as who
from escalation.perform.practices import change_boards
from escalation.problem import parts as problem_parts
from escalation.records.crisis import CrisisState
from escalation.records.incident import IncidentState
from escalation.records.kinds import KINDS
from handlers.refusals.words import SENTENCES, WHO, bug_words, refusal_words
from handlers.words.texts import LANGUAGES, Texts
from tests.agreement import agreement

ROOT = Path(__file__).parents[3]
REFUSALS = {c.__name__: c for c in (NotFound, NotAllowed, NotNow, BadValue, AlreadyDone)}
CONTRACT = agreement()
TEXTS = {language: Texts.of(language, CONTRACT.zone) for language in LANGUAGES}
HOLE = re.compile(r"%\((\w+)\)s")

# Codes that are not written where they are raised, by the expression that gives them.
COMPUTED = {
    "f'crisis_{crisis.state.value}'": [f"crisis_{state.value}" for state in CrisisState],
    "self.unknown": [kind.unknown for kind in KINDS],  # escalation.records.kinds
    "missing": [],  # escalation.base.user_text: the callers' codes are read from their calls
}
LISTS = {"people", "leads", "needed", "known", "allowed", "contacts", "candidates", "sides"}
SAMPLES: dict[str, Fact] = {
    **dict.fromkeys(("by", "person", "owner", "requester", "stand_in"), "dan"),
    "people": ["dan", "cid"],
    "leads": ["dan", "cid"],
    **dict.fromkeys(("at", "due", "may_close_at"), "2026-07-15T10:00:00+00:00"),
    **dict.fromkeys(("side", "organisation", "waiting_for"), "client"),
    "state": "in_progress",
    "why": "settled",
    "kind": "INC",
    "missing": "component",
    "field": "component",
    "needed": ["incident_manager", "requester"],
}


@dataclass(frozen=True)
class Site:
    """A place in the code where a refusal is raised."""

    place: str
    kind: type[Refusal]
    code: str
    facts: frozenset[str]

    @property
    def refusal(self) -> Refusal:
        return self.kind(self.code, **{name: sample(name) for name in self.facts})


def sample(name: str) -> Fact:
    return SAMPLES.get(name, ["alpha", "beta"] if name in LISTS else "alpha")


def name_of(called: ast.expr) -> str:
    return getattr(called, "attr", getattr(called, "id", ""))


def raised_in(path: Path) -> Iterator[Site]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        place = f"{path.relative_to(ROOT)}:{node.lineno}"
        if name_of(node.func) == "required" and "user_text" in ast.unparse(node.func):
            missing = [*node.args[1:], *(k.value for k in node.keywords)]
            code = ast.literal_eval(missing[0]) if missing else "reason_missing"
            yield Site(place, BadValue, code, frozenset())
        if name_of(node.func) not in REFUSALS:
            continue
        facts = frozenset(k.arg for k in node.keywords if k.arg)
        code = node.args[0]
        codes = [code.value] if isinstance(code, ast.Constant) else COMPUTED[ast.unparse(code)]
        for each in codes:
            yield Site(place, REFUSALS[name_of(node.func)], str(each), facts)


SITES = [
    site
    for folder in ("escalation", "handlers", "store", "bot")
    for path in sorted((ROOT / folder).rglob("*.py"))
    for site in raised_in(path)
]
BY_CODE = {site.code: site for site in SITES}


def test_the_code_is_really_read() -> None:
    assert len(BY_CODE) > 90
    assert {"unknown_component", "reason_missing", "audience_missing"} <= BY_CODE.keys()


def test_con_5_every_refusal_gives_its_reason_and_no_words_are_left_over() -> None:
    assert BY_CODE.keys() - SENTENCES.keys() == set()
    assert SENTENCES.keys() - BY_CODE.keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("site", SITES, ids=lambda site: f"{site.code}-{site.place}")
def test_con_1_every_refusal_is_a_whole_sentence(site: Site, language: str) -> None:
    texts = TEXTS[language]
    said = refusal_words(site.refusal, texts, contract=CONTRACT)
    assert said != texts("This cannot be done at the moment (%(code)s).", code=site.code)
    assert "%(" not in said
    assert said[-1] == "."
    assert len(said) < 300
    assert refusal_words(site.refusal, texts)[-1] == "."


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_each_sentence_can_be_said_of_some_refusal(code: str) -> None:
    known = set().union(*(site.facts for site in SITES if site.code == code))
    for sentence in SENTENCES[code]:
        assert set(HOLE.findall(sentence)) <= known, sentence


@pytest.mark.parametrize("site", SITES, ids=lambda site: f"{site.code}-{site.place}")
def test_what_is_unknown_is_left_out_without_a_hole(site: Site) -> None:
    empty: dict[str, Fact] = {n: [] if n in LISTS else None for n in site.facts}
    said = refusal_words(site.kind(site.code, **empty), TEXTS["en"], contract=CONTRACT)
    assert said
    assert "%(" not in said
    assert "None" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_code_is_still_answered(language: str) -> None:
    said = refusal_words(BadValue("brand_new", given=None, many=[1, None]), TEXTS[language])
    assert "brand_new" in said


def test_ids_become_names() -> None:
    absent = NotNow("person_absent", person="dan", stand_in="cid")
    dan, cid = CONTRACT.person("dan").name, CONTRACT.person("cid").name
    said = refusal_words(absent, TEXTS["en"], contract=CONTRACT)
    assert dan in said
    assert cid in said
    alone = refusal_words(
        NotNow("person_absent", person="dan", stand_in=None), TEXTS["en"], contract=CONTRACT
    )
    assert dan in alone
    assert "somebody else" in alone
    waiting = AlreadyDone("already_waiting", waiting_for="network")
    assert "Network Co" in refusal_words(waiting, TEXTS["en"], contract=CONTRACT)
    assert "le prestataire" in refusal_words(
        NotFound("nobody_to_ask", side="provider", level=2), TEXTS["fr"]
    )


def test_states_instants_and_fields_are_said_in_the_readers_language() -> None:
    wrong = NotNow("wrong_state", state="in_progress", allowed=["resolved", "verified"])
    assert refusal_words(wrong, TEXTS["fr"]) == (
        "L’incident est actuellement\u00a0: en cours de traitement. Cette action concerne les"
        " incidents\u00a0: résolu, à vérifier, vérifié."
    )
    early = NotNow("not_verified", requester="rita", may_close_at="2026-07-14T22:00:00+00:00")
    assert "15 Jul 2026, 00:00" in refusal_words(early, TEXTS["en"], contract=CONTRACT)
    missing = BadValue("value_missing", field="component")
    assert refusal_words(missing, TEXTS["fr"]) == "Veuillez indiquer une valeur\u00a0: Composant."
    assert "when" in refusal_words(BadValue("due_in_the_past", due="when"), TEXTS["en"])


def test_every_state_and_every_role_has_words() -> None:
    words = (
        *vars(who).values(),
        *vars(problem_parts).values(),
        *vars(change_parts).values(),
        *vars(change_boards).values(),
    )
    roles = {each.code for each in words if isinstance(each, who.Who)}
    assert roles == WHO.keys()
    for state in IncidentState:
        said = refusal_words(NotNow("not_resolved", state=state.value), TEXTS["fr"])
        assert "_" not in said


def test_what_people_typed_does_nothing() -> None:
    said = refusal_words(
        BadValue("unknown_verb", given="<!channel> *x* <@U1>", command="/incident", close=None),
        TEXTS["en"],
    )
    assert "<!" not in said
    assert "<@" not in said
    assert "*x*" not in said
    endless = NotFound("unknown_component", component="x" * 10_000, known=[])
    assert len(refusal_words(endless, TEXTS["en"])) < 500


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bug_gives_a_reference_and_no_trace(language: str) -> None:
    assert "4f2a10" in bug_words("4f2a10", TEXTS[language])
