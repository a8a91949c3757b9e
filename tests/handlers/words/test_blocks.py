"""What people write is neutralised; what is shown fits Slack's limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.words import blocks as b

JOINER = "\u2060"


@pytest.mark.parametrize(
    "evil",
    ["<!channel>", "<!here|here>", "<@U1>", "<!subteam^S1>", "<https://evil.example|click>"],
)
def test_mentions_and_links_do_nothing(evil: str) -> None:
    said = b.plain(f"down {evil} now")
    assert "<" not in said
    assert ">" not in said


def test_what_is_escaped_already_is_not_brought_back_to_life() -> None:
    assert b.plain("&lt;!channel&gt;") == "&amp;lt;!channel&amp;gt;"


@pytest.mark.parametrize("mark", ["*", "_", "~", "`"])
def test_markup_does_nothing(mark: str) -> None:
    said = b.plain(f"{mark}bold{mark}")
    assert said.replace(JOINER, "") == f"{mark}bold{mark}"
    assert f"{mark}bold{mark}" not in said


@pytest.mark.parametrize(
    "written",
    [
        "OPS_4711", "CHG-2026_0042_b", "ORA-00942: table_or_view", "select * from a where b * c",
        "snake_case_name", "a*b*c = d", "x~1.txt", "ada@x.example", "@channel",
        "https://wiki.example/a_b/c_d?e=f", "50 ~ 60", "été_2026",
    ],
)  # fmt: skip
def test_numbers_and_words_of_errors_can_be_copied(written: str) -> None:
    assert b.plain(written) == written


@pytest.mark.parametrize(
    "name", ["@channel", "@here", "mail ada@x.example", "#general", "bank.example", "www.x.example"]
)
def test_a_plain_sign_calls_nobody_and_leads_nowhere(name: str) -> None:
    text = b.plain(name)
    for shown in (
        b.section(text)["text"],
        b.fields([("label", text)])[0]["fields"][0],
        b.context(text)["elements"][0],
    ):
        assert shown["verbatim"] is True


def test_marks_that_turn_the_writing_round_are_taken_out() -> None:
    assert b.plain("invoice\u202egpj.exe\u2066x") == "invoicegpj.exex"
    assert b.plain("תקלה في الشبكة") == "תקלה في الشبكة"


def test_emoji_and_lines_are_kept_and_controls_are_not() -> None:
    assert b.plain("👩‍🚒 🔥\nsecond\tline") == "👩‍🚒 🔥\nsecond\tline"
    assert b.plain("a\x00b\x1b[31mc\x7f") == "ab[31mc"


def test_an_endless_text_is_cut_with_an_ellipsis() -> None:
    said = b.plain("x" * 10_000)
    assert len(said) == b.TEXT_LIMIT
    assert said.endswith("x…")
    assert b.plain("x" * 10_000, 50) == "x" * 49 + "…"


@given(st.text())
def test_nothing_people_write_gets_through(text: str) -> None:
    said = b.plain(text)
    assert "<" not in said
    assert ">" not in said
    assert len(said) <= b.TEXT_LIMIT
    assert not _formats(said)


def _formats(text: str) -> bool:
    """Whether a mark in it could begin or end what Slack formats."""
    for at, mark in enumerate(text):
        before, after = text[at - 1 : at] or " ", text[at + 1 : at + 2] or " "
        if mark in "*_~`" and before != JOINER:
            within = before.isalnum() and after.isalnum()
            apart = before.isspace() and after.isspace()
            if mark == "`" or not (within or apart):
                return True
    return False


def test_blocks_fit_slacks_limits() -> None:
    long = "y" * 5000
    assert len(b.header(long)["text"]["text"]) == 150
    assert len(b.section(long)["text"]["text"]) == 3000
    assert [len(each["fields"]) for each in b.fields([("label", long)] * 21)] == [10, 10, 1]
    assert len(b.fields([("label", long)])[0]["fields"][0]["text"]) == 2000
    assert len(b.button(long, "incident/take", "acme", "INC-0001")["text"]["text"]) == 75


@given(st.lists(st.text(alphabet="ab ", max_size=2800), max_size=12))
def test_no_line_is_lost_between_paragraphs(lines: list[str]) -> None:
    shown = [block["text"]["text"] for block in b.sections(lines)]
    assert all(len(text) <= b.TEXT_LIMIT for text in shown)
    assert "".join(shown).replace("\n", "") == "".join(lines)
