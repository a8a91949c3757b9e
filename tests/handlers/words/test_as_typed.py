"""What people typed is what one copies from Slack, and formats nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.words import blocks as b
from handlers.words.as_typed import as_typed, blocks_as_typed
from handlers.words.rendered import Rendered
from handlers.words.slack_text import unescape
from sandbox.blocks.blockkit import prepare

JOINER = b.WORD_JOINER
ERRORS = [
    "near `order` at line 1", "rm *.log failed", "__init__ missing", "~/.ssh/config", "_OPS_4711",
    "`ORA-00942` & <null>", "*urgent*", "a*b *c* d", "`", "``` x ```", "\\`", "x\n> y\n*z*",
]  # fmt: skip


def said(block: Any) -> str:
    """The words of a block, runs put together as one copies them."""
    if isinstance(block, list):
        return "".join(map(said, block))
    if not isinstance(block, dict):
        return ""
    text = block.get("text")
    own = text if isinstance(text, str) else said(text)
    return own + said(block.get("elements")) + said(block.get("fields"))


def styles(block: dict[str, Any]) -> list[tuple[str, dict[str, bool]]]:
    return [
        (run["text"], run.get("style", {}))
        for part in block["elements"]
        for run in part["elements"]
    ]


@pytest.mark.parametrize("typed", ERRORS)
def test_a_paragraph_says_what_was_typed_and_formats_none_of_it(typed: str) -> None:
    [block] = blocks_as_typed([b.section(f"*Cause*\n{b.plain(typed)}")])
    assert said(block) == f"Cause\n{typed}"
    if block["type"] == "rich_text":
        assert [run for run in styles(block) if run[1]] == [("Cause", {"bold": True})]


@pytest.mark.parametrize("typed", ERRORS)
def test_a_field_and_small_print_say_what_was_typed(typed: str) -> None:
    shown = blocks_as_typed([*b.fields([("Cause", b.plain(typed))]), b.context(b.plain(typed))])
    assert JOINER not in str(shown)
    assert unescape(said(shown[1])) == typed
    assert "Cause" in said(shown[0])
    prepare(shown, "message")


def test_what_needs_no_joiner_stays_as_it_was() -> None:
    blocks = [
        b.section(f"*Cause* {b.plain('OPS_4711, table_or_view')}"),
        *b.fields([("Cause", b.plain("a_b"))]),
        b.context("<@U1>"),
        b.divider(),
    ]
    assert blocks_as_typed(blocks) == blocks


def test_our_own_markup_and_what_leads_somewhere_stay() -> None:
    typed = b.plain("*x* see https://wiki.example/a_b.")
    line = (
        f"*bold {typed}* <@U1> <#C2> <https://e.example/?a=1&amp;b=2|la *belle*> `12:00`\n> {typed}"
    )
    [block] = blocks_as_typed([b.section(line)])
    [paragraph, quote] = block["elements"]
    assert [run["type"] for run in paragraph["elements"]] == [
        "text", "link", "text", "text", "user", "text", "channel", "text", "link", "text", "text",
    ]  # fmt: skip
    bold, url, dot, *_ = paragraph["elements"]
    assert (bold["text"], bold["style"]) == ("bold *x* see ", {"bold": True})
    assert url["url"] == "https://wiki.example/a_b"
    assert dot["text"] == "."
    assert paragraph["elements"][4] == {"type": "user", "user_id": "U1"}
    assert paragraph["elements"][6] == {"type": "channel", "channel_id": "C2"}
    assert paragraph["elements"][8]["url"] == "https://e.example/?a=1&b=2"
    assert paragraph["elements"][-1] == {"type": "text", "text": "12:00", "style": {"code": True}}
    assert quote["type"] == "rich_text_quote"
    assert said(quote) == "*x* see https://wiki.example/a_b."


def test_a_message_of_words_alone_gets_a_block_for_them() -> None:
    shown = as_typed(Rendered(text=f"Unknown: {b.plain('*.log')}"))
    assert shown.text == "Unknown: *.log"
    assert said(shown.blocks) == "Unknown: *.log"
    plain = Rendered(text="Unknown: a.log")
    assert as_typed(plain) is plain


def test_where_a_mention_stands_in_small_print_the_joiner_stays() -> None:
    [block] = blocks_as_typed([b.context(f"<@U1> {b.plain('*x*')}")])
    assert JOINER in said(block)


@given(st.text(alphabet="ab *_~`<>&\n|@#!^:/.h", max_size=60))
def test_nothing_people_type_leads_anywhere_or_is_lost(typed: str) -> None:
    line = f"*Note* {b.plain(typed)} <@U1>"
    [block] = prepare(blocks_as_typed([b.section(line)]), "message")
    if block["type"] != "rich_text":
        assert JOINER not in line
        return
    runs = [run for part in block["elements"] for run in part["elements"]]
    assert [run["user_id"] for run in runs if run["type"] == "user"] == ["U1"]
    assert {run["type"] for run in runs} <= {"text", "user", "link"}
    assert all(run["url"] in typed for run in runs if run["type"] == "link")
    assert "".join(said(block).split()) == "".join(f"Note {typed}".split())


@pytest.mark.parametrize(
    "typed", ["https://…", "http://*", "https://[::1", "http://_x", "https:///"]
)
def test_what_leads_to_no_host_is_no_link(typed: str) -> None:
    [block] = blocks_as_typed([b.section(b.plain(f"*.log {typed}"))])
    assert said(block) == f"*.log {typed}"
    assert [run["type"] for part in block["elements"] for run in part["elements"]] == ["text"]


def test_a_whole_address_leads_where_it_says_and_nothing_else_does() -> None:
    [shown] = blocks_as_typed([b.section(b.plain("see https://wiki.example/a or bank.example"))])
    runs = shown["elements"][0]["elements"]
    assert [(run["type"], run.get("url")) for run in runs] == [
        ("text", None), ("link", "https://wiki.example/a"), ("text", None),
    ]  # fmt: skip
    ours = b.section("<https://slack.example/1|the message>, #general, bank.example")
    assert blocks_as_typed([ours]) == [ours]
