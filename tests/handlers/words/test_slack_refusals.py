"""What Slack refuses for somebody, or in a room, is said in words, with who can do what."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from bot.slack.refusals import FOR_GOOD, ORG_WIDE, SOCKET_MODE_OFF, remedy
from handlers.words.slack_refusals import REMEDIES, WHYS, remedy_words, why_words
from handlers.words.texts import Texts

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "code",
    [
        "cant_invite", "user_is_restricted", "user_is_ultra_restricted", "ura_max_channels",
        "no_external_invite_permission", "org_user_not_in_team", "invitee_cant_see_channel",
        "invalid_user_combination", "user_not_visible",
        "restricted_action", "restricted_action_read_only_channel", "posting_to_channel_denied",
        "restricted_action_thread_only_channel",
    ],
)  # fmt: skip
def test_each_is_known_to_be_for_good_and_said_with_what_to_do(code: str, language: str) -> None:
    texts = Texts.of(language, PARIS)
    assert code in FOR_GOOD
    assert code not in why_words(texts, code)
    assert len(remedy_words(texts, code)) == 1


def test_what_nobody_can_do_anything_about_has_no_remedy() -> None:
    texts = Texts.of("en", PARIS)
    assert remedy_words(texts, "never_heard_of") == []
    assert why_words(texts, "never_heard_of") == "Slack refuses (never_heard_of)"
    assert REMEDIES.keys() <= set(WHYS.values())


@pytest.mark.parametrize("code", [*sorted(SOCKET_MODE_OFF), ORG_WIDE, "invalid_auth", "else"])
def test_the_operator_is_told_the_code_or_what_it_means(code: str) -> None:
    words = remedy(code, "SLACK_BOT_TOKEN")
    assert code in words or "Enterprise Grid" in words
    assert any(do in words for do in ("switch it on", "install the app", "copy it", "check "))
