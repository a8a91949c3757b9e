"""What people write, as Slack passes it on."""

from __future__ import annotations

import pytest

from handlers.words.slack_text import escaped, mentioned, readable, users_in

NAMES = {"U1": "Inès Moreau"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a &amp; b &lt; c &gt; d", "a & b < c > d"),
        ("a & b", "a & b"),
        ("a & b &amp;amp; c", "a & b &amp;amp; c"),
        ("AT&T &lt;x&gt;", "AT&T &lt;x&gt;"),
        ("x < 3 &amp; y", "x < 3 &amp; y"),
        ("&amp;lt;", "&lt;"),
        ("<@U1> répond", "@Inès Moreau répond"),
        ("<@U1|ines.moreau> répond", "@Inès Moreau répond"),
        ("<@U2|paul &amp; co>", "@paul & co"),
        ("<@U2>", "@U2"),
        ("<#C1|general>", "#general"),
        ("<#C1|>", "#C1"),
        ("<#C1>", "#C1"),
        ("<!here> <!channel|channel>", "@here channel"),
        ("<!subteam^S1|@ops> <!subteam^S2>", "@ops @subteam"),
        ("<!date^1392734382^{date}|14 Jul>", "14 Jul"),
        ("<https://x.example/a?b=1&amp;c=2>", "https://x.example/a?b=1&c=2"),
        ("<https://x.example|the runbook>", "the runbook (https://x.example)"),
        ("<http://x.example|x.example>", "x.example"),
        ("<https://x.example/|https://x.example/>", "https://x.example/"),
        ("<mailto:a@x.example|a@x.example>", "a@x.example"),
        ("<tel:+33100|+33 100>", "+33 100 (tel:+33100)"),
        ("<b> no token", "<b> no token"),
        ("@ines &amp; <@U1>", "@ines & @Inès Moreau"),
    ],
)
def test_text_is_read_as_its_writer_saw_it(text: str, words: str) -> None:
    assert readable(text, NAMES) == words


def test_what_a_value_stands_in_says_whether_slack_escaped_it() -> None:
    assert readable("&lt;", {}, whole="note &lt; text=&lt;") == "<"
    assert readable("&lt;", {}, whole="note a & b &lt;") == "&lt;"
    assert escaped("<@U1> &amp; <https://x.example|y>")
    assert not escaped("<@U1> & y")


def test_who_is_mentioned() -> None:
    assert mentioned(" <@U1|ines> ") == mentioned("<@U1>") == "U1"
    assert mentioned("<@U1> and <@U2>") == mentioned("@ines") == mentioned("<#C1>") == ""
    assert users_in(["<@U1> <@W2|x>", "<#C1> <!here>"]) == {"U1", "W2"}
