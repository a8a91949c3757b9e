"""Typed lines: what is understood, and what is refused by name."""

from __future__ import annotations

import contextlib
import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.base.refusals import BadValue
from escalation.contract.names import folded
from escalation.contract.processes.changes import ChangeRules
from escalation.contract.processes.problems import ProblemRules
from handlers.refusals.words import refusal_words
from handlers.registry.commands import COMMANDS
from handlers.verbs.typed_line import LONGEST_LINE, read, record_id, split_verb, take_contract, tidy
from handlers.verbs.verb import SlashCommand, Verb
from handlers.words.texts import Texts
from tests.agreement import agreement
from tests.handlers.counter import Counter
from tests.handlers.stories import Stage

INCIDENT = next(command for command in COMMANDS if command.name == "incident")


def verb(name: str) -> Verb:
    found = INCIDENT.verb(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("word", "record"),
    [
        ("INC-0042", "INC-0042"),
        ("inc42", "INC-0042"),
        (" Rep-7 ", "REP-0007"),
        ("CRI-12345", "CRI-12345"),
        ("inc\u200b-42\u00a0", "INC-0042"),
        ("INC-", None),
        ("42", None),
        ("INC-٤٢", None),
        ("INC-" + "9" * 5000, None),
    ],
)
def test_records_are_named_loosely(word: str, record: str | None) -> None:
    assert record_id(word) == record


def test_free_words_and_options_in_any_order() -> None:
    subject, values = read(verb("open"), 'severity=1 VPN down component=vpn ticket="I 42"')
    assert subject is None
    assert values == {"severity": "1", "component": "vpn", "ticket": "I 42", "title": "VPN down"}


@pytest.mark.parametrize("word", ["cause_disparue", "cause_supprimée"])
def test_inc_11_that_the_cause_is_gone_is_typed_in_either_french_word(word: str) -> None:
    assert read(verb("resolve"), f"INC-1 {word}=non")[1] == {"cause_gone": "non"}


def test_options_have_french_names_and_quotes() -> None:
    line = "open Panne composant=«vpn» gravité=“2”"
    assert understand(INCIDENT, line) == {"title": "Panne", "component": "vpn", "severity": "2"}


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("“VPN down”", "VPN down"),
        ("”VPN down”", "VPN down"),
        ('“VPN down"', "VPN down"),
        ("„VPN down“", "VPN down"),
        ("«\u00a0VPN coupé\u202f»", "VPN coupé"),
        ('"il dit « non » et “rien”"', "il dit « non » et “rien”"),
        ("panne du site « Rivage »", "panne du site « Rivage »"),
        ('the "main" link is down', 'the "main" link is down'),
        ('"VPN down', "VPN down"),
        ('VPN "down', 'VPN "down'),
        ("l’accès distant d'Inès", "l’accès distant d'Inès"),
        ("Panne\u00a0: VPN", "Panne\u00a0: VPN"),
        ("\ufeffVPN\u200b down\u2060", "VPN down"),
        ("famille 👩\u200d🚒", "famille 👩\u200d🚒"),
        ("Re\u0301seau", "Réseau"),
    ],
)
def test_quotes_and_spaces_of_any_keyboard(line: str, title: str) -> None:
    assert understand(INCIDENT, f"open {line} severity=1") == {"title": title, "severity": "1"}
    assert understand(INCIDENT, f"open severity=1 {line}") == {"title": title, "severity": "1"}
    if title != line:
        assert understand(INCIDENT, f"open title={line} severity=1")["severity"] == "1"


@pytest.mark.parametrize(
    "line",
    [
        "open\tVPN down\tcomponent=vpn\tseverity=2",
        "open\nVPN down\ncomponent=vpn\nseverity=2",
        "open\r\nVPN down\r\ncomponent=vpn severity=2\r\n",
        "open\u00a0VPN down\u00a0component=vpn\u202fseverity=2",
        "\u200bopen VPN down \u200bcomponent=vpn\u200b severity=2\ufeff",
        "open VPN down \u200ecomponent=vpn \u2068severity=2",
        "OPEN VPN down Component=vpn SEVERITY=2",
        "open VPN down composant=vpn gravite=2",
        "open VPN down composant=vpn gravite\u0301=2",
    ],
)
def test_lines_come_with_any_white_space_and_accents(line: str) -> None:
    assert understand(INCIDENT, line) == {"title": "VPN down", "component": "vpn", "severity": "2"}


def test_free_words_keep_their_lines() -> None:
    line = 'note inc1 first line\n\n  second "line"\tend'
    found, rest = split_verb(INCIDENT, line)
    assert found is not None
    assert read(found, rest) == ("INC-0001", {"text": 'first line\n\n  second "line"\tend'})
    line = "open VPN down\nseverity=1\nat all sites"
    assert understand(INCIDENT, line) == {"title": "VPN down\nat all sites", "severity": "1"}


def test_what_slack_writes_for_a_mention_is_one_word() -> None:
    assign = "assign inc1 person=<@U012|Inès Moreau>"
    assert understand(INCIDENT, assign) == {"person": "<@U012|Inès Moreau>"}
    named = understand(INCIDENT, "open <https://x.example/?a=b|see this> severity=1")
    assert named == {"title": "<https://x.example/?a=b|see this>", "severity": "1"}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
def test_no_two_verbs_or_options_differ_by_accents_only(command: SlashCommand) -> None:
    for names in [
        [v.names for v in command.verbs],
        *([f.names for f in v.fields] for v in command.verbs),
    ]:
        known = [{folded(name) for name in each} for each in names]
        assert sum(map(len, known)) == len(set().union(*known))


@pytest.mark.parametrize(
    ("line", "rest", "contract"),
    [
        ("list contract=rivage", "list", "rivage"),
        ("list\ncontrat=«rivage»\nall", "list\n\nall", "rivage"),
        ("contract=RIVAGE list", "list", "rivage"),
        ('open "renew contract=old" now', 'open "renew contract=old" now', ""),
        ("open subcontract=x", "open subcontract=x", ""),
    ],
)
def test_the_contract_is_taken_out_of_a_line(line: str, rest: str, contract: str) -> None:
    assert take_contract(line) == (rest, contract)


def test_a_quoted_title_may_hold_an_equals_sign_and_a_number_of_a_record() -> None:
    _, values = read(verb("open"), '"a=b after INC-0007"')
    assert values == {"title": "a=b after INC-0007"}


def test_the_first_word_may_name_the_record() -> None:
    assert read(verb("take"), "inc7") == ("INC-0007", {})


def understand(command: SlashCommand, line: str) -> dict[str, str]:
    found, rest = split_verb(command, tidy(line))
    assert found is not None
    return read(found, rest)[1]


def refused(command: SlashCommand, line: str) -> BadValue:
    with pytest.raises(BadValue) as caught:
        understand(command, line)
    return caught.value


def test_what_is_not_understood_is_refused_by_name() -> None:
    unknown = refused(INCIDENT, "opne VPN")
    assert unknown.code == "unknown_verb"
    assert unknown.facts["close"] == "open"
    assert refused(INCIDENT, "open VPN colour=red").facts["option"] == "colour"
    assert refused(INCIDENT, "take INC-0001 please").code == "words_not_understood"
    assert refused(INCIDENT, "x" * (LONGEST_LINE + 1)).code == "line_too_long"


def test_an_empty_line_is_the_default_or_the_help() -> None:
    for command in COMMANDS:
        found, rest = split_verb(command, "   ")
        assert rest == ""
        assert (found.name if found else "") == command.default


WORDS = st.sampled_from(
    ["open", "take", "INC-1", "inc-0002", "=", '"', "a=", "=b", 'title="', "«", "»", "severity=1"]
    + [f"{field.name}=" for v in INCIDENT.verbs for field in v.fields]
) | st.text(max_size=30)


@given(
    command=st.sampled_from(COMMANDS),
    first=st.sampled_from([v.name for c in COMMANDS for v in c.verbs]) | st.text(max_size=10),
    words=st.lists(WORDS, max_size=12),
)
def test_whatever_is_typed_is_read_or_refused(
    command: SlashCommand, first: str, words: list[str]
) -> None:
    with contextlib.suppress(BadValue):
        found, rest = split_verb(command, " ".join([first, *words]))
        if found is not None:
            _, values = read(found, rest)
            assert values.keys() <= {field.name for field in found.fields}


async def test_a_french_help_lists_the_french_names_and_all_of_it_can_be_typed() -> None:
    counter = Counter(
        Stage(agreement(problems=ProblemRules(), changes=ChangeRules())), language="fr"
    )
    for command in COMMANDS:
        answer = await counter.shown("sam", command.name, "aide")
        said = "\n".join(block["text"]["text"] for block in answer.blocks)
        usages = re.findall(rf"^`/{command.name} (\S+)(.*)`$", said, re.MULTILINE)
        offered = [verb for verb in command.verbs if verb.offered(counter.stage.contract)]
        assert len(usages) == len(offered)
        for (word, rest), meant in zip(usages, offered, strict=True):
            assert word == (meant.french or meant.name)
            assert command.verb(word) is meant
            options = [*re.findall(r"(\w+)=(?:…|oui)", rest), *re.findall(r"<(\w+)>", rest)]
            assert {meant.field(each) for each in options} == {
                f for f in meant.fields if not f.unsaid
            }
            assert all(each in {f.french or f.name for f in meant.fields} for each in options)


def test_an_option_nobody_knows_is_answered_with_those_of_the_readers_language() -> None:
    refusal = refused(INCIDENT, "attendre INC-0001 couleur=rouge")
    for language, options in (("en", "for, reason"), ("fr", "pour, motif")):
        assert f"{options}." in refusal_words(refusal, Texts.of(language, ZoneInfo("UTC")))


@given(digits=st.integers(min_value=1, max_value=7000))
def test_an_endless_number_is_no_record(digits: int) -> None:
    with contextlib.suppress(BadValue):
        read(verb("take"), "INC-" + "9" * digits)


@pytest.mark.parametrize(
    ("command", "verb_name", "line", "values"),
    [
        ("crisis", "cancel", '2 "the sites know"', {"number": "2", "reason": "the sites know"}),
        ("crisis", "cancel", "2 the sites know", {"number": "2", "reason": "the sites know"}),
        ("crisis", "unable", "number=2 no key", {"number": "2", "reason": "no key"}),
        ("crisis", "cancel", "the sites know", {"reason": "the sites know"}),
        ("crisis", "cancel", "2", {"number": "2"}),
        ("oncall", "swap", 'Inès Moreau "a trip"', {"person": "Inès Moreau", "reason": "a trip"}),
        ("oncall", "swap", '"Inès Moreau"', {"person": "Inès Moreau"}),
    ],
)  # fmt: skip
def test_words_go_to_the_field_that_is_to_have_them(
    command: str, verb_name: str, line: str, values: dict[str, str]
) -> None:
    found = next(each for each in COMMANDS if each.name == command).verb(verb_name)
    assert found is not None
    assert read(found, line) == (None, values)


def test_words_after_the_option_they_belong_to_are_not_lost() -> None:
    assert read(verb("open"), "title=VPN down severity=1")[1]["title"] == "VPN down"
