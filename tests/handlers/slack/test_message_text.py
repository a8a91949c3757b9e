"""The words of a Slack message, as people read it there."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.slack.message_text import TITLE_LIMIT, mentioned_in, words_of_message

NAMES = {"U1": "Inès Moreau"}

GRAFANA = {
    "text": "",
    "bot_id": "B1",
    "bot_profile": {"name": "Grafana"},
    "attachments": [
        {
            "fallback": "[FIRING:1] DiskFull",
            "title": "[FIRING:1] DiskFull &amp; slow",
            "title_link": "https://grafana.example/a?x=1&y=2",
            "text": "*Value*: `97` on _db_01_\n<https://grafana.example/s|Silence>",
            "fields": [{"title": "Severity", "value": "critical", "short": True}],
            "footer": "Grafana v11",
        }
    ],
}
PAGER = {
    "text": "This content can't be displayed.",
    "subtype": "bot_message",
    "username": "Pager",
    "blocks": [
        {"type": "header", "text": {"type": "plain_text", "text": "VPN down"}},
        {"type": "divider"},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "*All sites* &lt;Brest&gt; <@U1>"},
            "fields": [
                {"type": "mrkdwn", "text": "*Urgency:*\nHigh"},
                {"type": "mrkdwn", "text": "*Service*\nvpn"},
            ],
            "accessory": {"type": "image", "alt_text": "logo", "image_url": "https://x.example"},
        },
        {
            "type": "context",
            "elements": [
                {"type": "mrkdwn", "text": "since 3:00"},
                {"type": "image", "alt_text": "clock", "image_url": "https://x.example"},
            ],
        },
        {
            "type": "actions",
            "elements": [
                {"type": "button", "text": {"type": "plain_text", "text": "Acknowledge"}},
                {
                    "type": "button",
                    "text": {"type": "plain_text", "text": "View"},
                    "url": "https://pager.example/1",
                },
                {"type": "static_select", "placeholder": {"type": "plain_text", "text": "Who"}},
            ],
        },
    ],
}
PERSON = {
    "user": "U9",
    "text": "*Panne* :fire: &gt; 3 <@U1> <https://x.example/_a_b_|runbook>",
    "blocks": [
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": "Panne", "style": {"bold": True}},
                        {"type": "text", "text": " & <b> "},
                        {"type": "emoji", "name": "fire"},
                        {"type": "user", "user_id": "U1"},
                        {"type": "text", "text": " "},
                        {"type": "link", "url": "https://x.example/_a_b_", "text": "runbook"},
                        {"type": "broadcast", "range": "here"},
                        {"type": "channel", "channel_id": "C1"},
                    ],
                },
                {
                    "type": "rich_text_list",
                    "style": "ordered",
                    "elements": [
                        {"type": "rich_text_section", "elements": [{"type": "text", "text": w}]}
                        for w in ("one", "two")
                    ],
                },
                {"type": "rich_text_quote", "elements": [{"type": "text", "text": "a\nb"}]},
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = 1"}]},
            ],
        }
    ],
}


@pytest.mark.parametrize(
    ("message", "title", "sender", "lines"),
    [
        (
            GRAFANA,
            "[FIRING:1] DiskFull & slow",
            "Grafana",
            [
                "[FIRING:1] DiskFull & slow (https://grafana.example/a?x=1&y=2)",
                "Value: 97 on db_01",
                "Silence (https://grafana.example/s)",
                "Severity: critical",
            ],
        ),
        (
            PAGER,
            "VPN down",
            "Pager",
            [
                "VPN down",
                "All sites <Brest> @Inès Moreau",
                "Urgency: High",
                "Service: vpn",
                "since 3:00 clock",
                "View (https://pager.example/1)",
            ],
        ),
        (
            PERSON,
            "Panne & <b> :fire:@Inès Moreau runbook@here#C1",
            "",
            [
                "Panne & <b> :fire:@Inès Moreau runbook (https://x.example/_a_b_)@here#C1",
                "1. one",
                "2. two",
                "> a",
                "> b",
                "x = 1",
            ],
        ),
        (
            {"text": PERSON["text"]},
            "Panne :fire: > 3 @Inès Moreau runbook",
            "",
            ["Panne :fire: > 3 @Inès Moreau runbook (https://x.example/_a_b_)"],
        ),
        (
            {"text": "\n&gt; *cité*\n• ~point~ `a_b_c` ```x *y*\nz``` 2*3*4 snake_case_name"},
            "cité",
            "",
            ["> cité", "• point a_b_c x *y*", "z 2*3*4 snake_case_name"],
        ),
        ({"text": "<https://x.example/long>"}, "https://x.example/long", "", None),
        ({"text": "", "attachments": [{"fallback": "Just this"}]}, "Just this", "", None),
        (
            {
                "text": "see",
                "attachments": [
                    {"from_url": "https://x.example", "title": "X", "text": "unfurled"},
                    {"is_share": True, "from_url": "https://s.example", "text": "quoted"},
                ],
            },
            "see",
            "",
            ["see", "quoted"],
        ),
        ({"text": "", "files": [{"title": "error.png"}]}, "error.png", "", None),
        (
            {
                "blocks": [
                    {
                        "type": "table",
                        "rows": [
                            [{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}]
                        ],
                    }
                ]
            },
            "a | b",
            "",
            None,
        ),
        ({}, "", "", []),
    ],
)
def test_inc_1_a_message_is_read_as_it_is_shown(
    message: dict[str, Any], title: str, sender: str, lines: list[str] | None
) -> None:
    said = words_of_message(message, NAMES)
    assert said.title == title
    assert said.sender == sender
    assert list(said.lines) == (lines if lines is not None else [title])


def test_who_is_mentioned_in_a_message() -> None:
    assert mentioned_in(PERSON) == {"U1"}
    assert mentioned_in(PAGER) == {"U1"}
    assert mentioned_in({"attachments": [{"text": "<@U2|x> <@W3>"}]}) == {"U2", "W3"}
    assert mentioned_in({"text": "nobody", "user": "U9"}) == set()


@pytest.mark.parametrize(
    "bent",
    [
        {"blocks": [{"type": [], "elements": [{"type": {}}]}]},
        {"text": 3, "blocks": 4, "attachments": "x", "files": {}},
        {"blocks": [None, 1, "x", {}, {"type": 3}, {"type": "section", "text": None}]},
        {"blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_list"}, {}, 3]}]},
        {"attachments": [{"fields": [3, {}], "title": 3, "text": []}], "bot_profile": 3},
        {"bot_id": "B1", "bot_profile": {"name": None}},
    ],
)
def test_what_is_bent_has_no_words(bent: dict[str, Any]) -> None:
    assert words_of_message(bent, {}).title == ""


def test_what_is_endlessly_deep_or_long_is_cut() -> None:
    block: dict[str, Any] = {"type": "mrkdwn", "text": "deep"}
    rich: dict[str, Any] = {"type": "text", "text": "deep"}
    for _ in range(400):
        block = {"type": "container", "blocks": [block]}
        rich = {"type": "rich_text_section", "elements": [rich]}
    assert words_of_message({"blocks": [block]}, {}).text == ""
    assert words_of_message({"blocks": [{"type": "rich_text", "elements": [rich]}]}, {}).text == ""
    assert len(words_of_message({"text": "x" * 5000}, {}).title) == TITLE_LIMIT
