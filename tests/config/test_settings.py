"""Settings: everything wrong at once, each by its variable; secrets stay secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from config.environment import read_settings
from config.faults import SettingsFaults
from config.settings import Settings, variables
from handlers.words.texts import LANGUAGES
from tests.config.broken import said

BOT, APP = "xoxb-1-very-secret", "xapp-1-very-secret"
ENOUGH = {
    "SLACK_BOT_TOKEN": BOT,
    "SLACK_APP_TOKEN": APP,
    "ESCALADE_CONTRACTS": "config/examples",
}


def wrong(**changes: str) -> set[tuple[str, str]]:
    with pytest.raises(SettingsFaults) as caught:
        read_settings(ENOUGH | changes)
    words = "".join(said(caught.value.faults, language) for language in LANGUAGES)
    assert "very-secret" not in words + str(caught.value)
    return {(f.place, f.code) for f in caught.value.faults}


def test_a_token_and_a_contract_are_enough() -> None:
    settings = read_settings(ENOUGH)
    assert settings.mode == "socket"
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.database_url.get_secret_value() == "sqlite+aiosqlite:///var/escalade.db"
    assert [file.name for file in settings.contracts] == ["agence-rivage.toml"]
    assert settings.command_names == {
        "/incident": "incident",
        "/escalate": "escalate",
        "/escalade": "escalate",
        "/crisis": "crisis",
        "/crise": "crisis",
        "/report": "report",
        "/rapport": "report",
        "/oncall": "oncall",
        "/astreinte": "oncall",
        "/problem": "problem",
        "/probleme": "problem",
        "/change": "change",
        "/changement": "change",
    }


def test_mail_needs_a_sender_that_is_an_address() -> None:
    assert wrong(ESCALADE_SMTP_HOST="mail.example") == {("ESCALADE_MAIL_FROM", "setting_mail_from")}
    for sender in ("nobody", "a@b\r\nBcc: x@y.example", "a@b c"):
        found = wrong(ESCALADE_SMTP_HOST="mail.example", ESCALADE_MAIL_FROM=sender)
        assert found == {("ESCALADE_MAIL_FROM", "setting_mail_from")}, sender
    assert wrong(ESCALADE_FALLBACK_SECONDS="soon") == {
        ("ESCALADE_FALLBACK_SECONDS", "setting_seconds")
    }
    settings = read_settings(
        ENOUGH | {"ESCALADE_SMTP_HOST": "m", "ESCALADE_MAIL_FROM": "Escalade <e@example.org>"}
    )
    assert settings.fallback_seconds == 120


def test_secrets_never_show() -> None:
    settings = read_settings(
        ENOUGH
        | {
            "SLACK_SIGNING_SECRET": "very-secret",
            "DATABASE_URL": "postgresql+asyncpg://u:very-secret@h/d",
        }
    )
    assert "very-secret" not in repr(settings) + str(settings) + settings.model_dump_json()


def test_secrets_can_be_read_from_files(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(BOT + "\n", "utf-8")
    environ = {k: v for k, v in ENOUGH.items() if k != "SLACK_BOT_TOKEN"}
    settings = read_settings(environ | {"SLACK_BOT_TOKEN_FILE": str(file)})
    assert settings.slack_bot_token.get_secret_value() == BOT
    assert wrong(SLACK_BOT_TOKEN_FILE=str(file)) == {("SLACK_BOT_TOKEN", "setting_twice")}
    with pytest.raises(SettingsFaults) as caught:
        read_settings(environ | {"SLACK_BOT_TOKEN_FILE": str(tmp_path / "none")})
    assert "setting_file_gone" in {f.code for f in caught.value.faults}


def test_an_empty_environment_is_told_what_it_needs() -> None:
    with pytest.raises(SettingsFaults) as caught:
        read_settings({})
    assert {(f.place, f.code) for f in caught.value.faults} == {
        ("SLACK_BOT_TOKEN", "setting_missing"),
        ("ESCALADE_CONTRACTS", "setting_missing"),
        ("SLACK_APP_TOKEN", "setting_needed_by_mode"),
    }
    assert "SLACK_BOT_TOKEN\n  The variable SLACK_BOT_TOKEN is not set." in said(
        caught.value.faults
    )


def test_everything_wrong_is_told_at_once() -> None:
    assert wrong(
        SLACK_BOT_TOKEN=APP,
        SLACK_APP_TOKEN=BOT,
        SLACK_API_URL="slack",
        ESCALADE_MODE="pigeon",
        ESCALADE_PORT="0",
        DATABASE_URL="mysql://u:very-secret@h/d",
        ESCALADE_CONTRACTS="nowhere.toml",
        ESCALADE_COMMAND_PREFIX="Ops ",
        ESCALADE_COMMANDS="incident,panne=outage",
        ESCALADE_LANGUAGE="de",
        ESCALADE_LOG_LEVEL="loud",
        ESCALADE_LOG_FORMAT="xml",
        ESCALADE_CLOCK="speed=0",
    ) == {
        ("SLACK_BOT_TOKEN", "setting_token"),
        ("SLACK_APP_TOKEN", "setting_token"),
        ("SLACK_API_URL", "setting_url"),
        ("ESCALADE_MODE", "value_not_allowed"),
        ("ESCALADE_PORT", "setting_port"),
        ("DATABASE_URL", "setting_database"),
        ("ESCALADE_CONTRACTS", "setting_file_gone"),
        ("ESCALADE_COMMAND_PREFIX", "setting_prefix"),
        ("ESCALADE_COMMANDS", "setting_commands"),
        ("ESCALADE_LANGUAGE", "value_not_allowed"),
        ("ESCALADE_LOG_LEVEL", "value_not_allowed"),
        ("ESCALADE_LOG_FORMAT", "value_not_allowed"),
        ("ESCALADE_CLOCK", "setting_clock"),
    }


def test_http_needs_the_signing_secret_and_no_app_token() -> None:
    environ = {k: v for k, v in ENOUGH.items() if k != "SLACK_APP_TOKEN"}
    with pytest.raises(SettingsFaults) as caught:
        read_settings(environ | {"ESCALADE_MODE": "HTTP"})
    (fault,) = caught.value.faults
    assert (fault.place, fault.code) == ("SLACK_SIGNING_SECRET", "setting_needed_by_mode")
    assert read_settings(environ | {"ESCALADE_MODE": "http", "SLACK_SIGNING_SECRET": "s"})


@pytest.mark.parametrize(
    "clock", ["", "speed=60", "speed=60,from=2026-07-14T03:00+02:00,at=1784000000", "at=1.5"]
)
def test_clocks_that_can_be_read(clock: str) -> None:
    assert read_settings(ENOUGH | {"ESCALADE_CLOCK": clock}).clock == clock


@pytest.mark.parametrize("clock", ["fast", "speed=inf", "from=2026-07-14T03:00", "rate=2"])
def test_clocks_that_cannot(clock: str) -> None:
    assert wrong(ESCALADE_CLOCK=clock) == {("ESCALADE_CLOCK", "setting_clock")}


def test_commands_can_be_renamed() -> None:
    settings = read_settings(
        ENOUGH | {"ESCALADE_COMMAND_PREFIX": "ops-", "ESCALADE_COMMANDS": "/panne=incident, crisis"}
    )
    assert settings.command_names == {"/ops-panne": "incident", "/ops-crisis": "crisis"}


def test_the_page_has_the_table_of_the_code() -> None:
    page = Path("docs/settings.md").read_text("utf-8")
    assert "\n".join(table()) in page
    assert all(f"`{name}_FILE`" in page for name, secret in variables().items() if secret)


def table() -> Iterator[str]:
    """The table of docs/settings.md, line by line."""
    yield "| Variable | Default | Meaning |"
    yield "| --- | --- | --- |"
    for setting in Settings.model_fields.values():
        value = setting.default
        value = value.get_secret_value() if isinstance(value, SecretStr) else value
        default = (
            "**required**" if setting.is_required() else f"`{value}`" if value != "" else "none"
        )
        yield f"| `{setting.alias}` | {default} | {setting.description} |"


def test_cal_6_feeds_need_a_long_key_and_an_address() -> None:
    key, url = "very-secret" * 3, "https://escalade.example.org"
    assert wrong(ESCALADE_FEEDS_KEY=key) == {("ESCALADE_FEEDS_URL", "setting_feeds_url")}
    short = wrong(ESCALADE_FEEDS_KEY="very-secret", ESCALADE_FEEDS_URL=url)
    assert short == {("ESCALADE_FEEDS_KEY", "setting_short")}
    for given in ("escalade.example.org", f"{url}?a", "https://a b"):
        found = wrong(ESCALADE_FEEDS_KEY=key, ESCALADE_FEEDS_URL=given)
        assert found == {("ESCALADE_FEEDS_URL", "setting_feeds_url")}, given
    settings = read_settings(ENOUGH | {"ESCALADE_FEEDS_KEY": key, "ESCALADE_FEEDS_URL": url})
    assert key not in repr(settings)
