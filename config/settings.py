"""Settings from the environment; docs/settings.md holds their table."""

from __future__ import annotations

import re
from pathlib import Path as File
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError

from config.command_names import UnknownCommand, can_be_typed, names
from config.contract.file import contract_files
from config.defaults import COMMAND_NAMES, COMMANDS
from config.setting_values import SENDER, beginning, reads_as_clock

_LISTED = ", ".join(f"`{each}`" for each in COMMANDS[:-1]) + f" and `{COMMANDS[-1]}`"
NO_DIRECT = "none"
_DATABASES = ("sqlite+aiosqlite://", "postgresql+asyncpg://", "postgresql://", "postgres://")

LONGEST_SAID = 200
SHORTEST_KEY = 32


class Settings(BaseModel):
    """Settings from the environment. Secrets never show in `repr` or logs."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    slack_bot_token: SecretStr = Field(
        alias="SLACK_BOT_TOKEN",
        description="The app's bot token; it begins with `xoxb-`.",
    )
    slack_app_token: SecretStr = Field(
        SecretStr(""),
        alias="SLACK_APP_TOKEN",
        description="The app-level token, which begins with `xapp-`. Needed in mode `socket`.",
    )
    slack_signing_secret: SecretStr = Field(
        SecretStr(""),
        alias="SLACK_SIGNING_SECRET",
        description="The app's signing secret. Needed in mode `http`.",
    )
    slack_api_url: str = Field(
        "https://slack.com/api/",
        alias="SLACK_API_URL",
        description="Where Slack's Web API is; another address for a local workspace.",
    )
    mode: Literal["socket", "http"] = Field(
        "socket",
        alias="ESCALADE_MODE",
        description="How Slack reaches the bot: `socket` (the bot connects out) or `http`.",
    )
    host: str = Field(
        "127.0.0.1",
        alias="ESCALADE_HOST",
        description="The address to listen on in mode `http`; `0.0.0.0` for all.",
    )
    port: int = Field(
        3000,
        ge=1,
        le=65535,
        alias="ESCALADE_PORT",
        description="The port to listen on in mode `http`.",
    )
    database_url: SecretStr = Field(
        SecretStr("sqlite+aiosqlite:///var/escalade.db"),
        alias="DATABASE_URL",
        description="Where the bot remembers: `sqlite+aiosqlite:///file`, with one process; "
        "`postgresql://user:password@host/name`, with any number of them.",
    )
    database_direct_url: SecretStr = Field(
        SecretStr(""),
        alias="ESCALADE_DATABASE_DIRECT_URL",
        description="Where `DATABASE_URL` leads through a proxy that pools transactions: the "
        "address of PostgreSQL itself, for one connection a replica; `none` where there is no way "
        "around the proxy.",
    )
    contracts: tuple[File, ...] = Field(
        alias="ESCALADE_CONTRACTS",
        description="Contract files, or folders of them, parted by commas.",
    )
    smtp_host: str = Field(
        "",
        alias="ESCALADE_SMTP_HOST",
        description="The mail server by which urgent messages go where Slack fails; none: no mail.",
    )
    smtp_port: int = Field(
        587, ge=1, le=65535, alias="ESCALADE_SMTP_PORT", description="The mail server's port."
    )
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        alias="ESCALADE_SMTP_SECURITY",
        description="`starttls` (port 587), `tls` from the first byte (port 465), or `none`, for a "
        "server on this machine.",
    )
    smtp_user: str = Field(
        "", alias="ESCALADE_SMTP_USER", description="The user at the mail server, if it asks."
    )
    smtp_password: SecretStr = Field(
        SecretStr(""), alias="ESCALADE_SMTP_PASSWORD", description="That user's password."
    )
    mail_from: str = Field(
        "",
        alias="ESCALADE_MAIL_FROM",
        description="Whom mails come from: `Escalade <escalade@example.org>`. Needed with "
        "`ESCALADE_SMTP_HOST`.",
    )
    fallback_seconds: int = Field(
        120,
        ge=1,
        le=86400,
        alias="ESCALADE_FALLBACK_SECONDS",
        description="How long Slack may keep an urgent message waiting before it goes by mail too.",
    )
    command_prefix: str = Field(
        "",
        alias="ESCALADE_COMMAND_PREFIX",
        description="Put before every slash command: `acme-` makes `/acme-incident`.",
    )
    commands: str = Field(
        COMMAND_NAMES,
        alias="ESCALADE_COMMANDS",
        description="The names slash commands are typed by: `name=command`, parted by commas. "
        f"The commands are {_LISTED}.",
    )
    commands_a_minute: int = Field(
        30,
        ge=0,
        le=6000,
        alias="ESCALADE_COMMANDS_A_MINUTE",
        description="How many commands, forms and clicks a person may send a minute, and how often "
        "open the Home; `0` for any number. Answering a call is never refused.",
    )
    commands_at_once: int = Field(
        10,
        ge=1,
        le=1000,
        alias="ESCALADE_COMMANDS_AT_ONCE",
        description="How many of them a person may send at once, before that pace holds.",
    )
    keep_days: int = Field(
        0,
        ge=0,
        le=36_500,
        alias="ESCALADE_KEEP_DAYS",
        description="After how many days messages that were sent or dropped, what commands led to "
        "and where messages of closed records stand are taken away; `0`: never. Fewer than 30 "
        "count as 30.",
    )
    language: Literal["en", "fr"] = Field(
        "en",
        alias="ESCALADE_LANGUAGE",
        description="The language of the command line; not set: French where `LANG` is French. "
        "In chat, people and contracts say theirs.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info",
        alias="ESCALADE_LOG_LEVEL",
        description="The least important messages to log: `debug`, `info`, `warning`, `error`.",
    )
    log_format: Literal["text", "json"] = Field(
        "text",
        alias="ESCALADE_LOG_FORMAT",
        description="`text` for people, `json` for log collectors.",
    )
    watch_host: str = Field(
        "127.0.0.1",
        alias="ESCALADE_WATCH_HOST",
        description="The address on which `/healthz`, `/readyz` and `/metrics` are served, and "
        "`/events/…`, `/rotas/…` and `/changes/…` come in.",
    )
    watch_port: int = Field(
        0,
        ge=0,
        le=65535,
        alias="ESCALADE_WATCH_PORT",
        description="The port on which they are served; `0`: not at all.",
    )
    feeds_key: SecretStr = Field(
        SecretStr(""),
        alias="ESCALADE_FEEDS_KEY",
        description="What the links of calendar feeds are signed with: 32 characters or more, "
        "drawn at random; another one closes all links. None: there are no feeds.",
    )
    feeds_url: str = Field(
        "",
        alias="ESCALADE_FEEDS_URL",
        description="Where calendars reach `/rotas/…` and `/changes/…` at the watch port from "
        "outside: `https://escalade.example.org`. Needed with `ESCALADE_FEEDS_KEY`.",
    )
    heartbeat_url: SecretStr = Field(
        SecretStr(""),
        alias="ESCALADE_HEARTBEAT_URL",
        description="Where a sign of life is posted, only while timers fire and messages leave: a "
        "dead man's switch that raises the alarm when they stop coming.",
    )
    heartbeat_seconds: int = Field(
        60,
        ge=5,
        le=3600,
        alias="ESCALADE_HEARTBEAT_SECONDS",
        description="The time from one sign of life to the next.",
    )
    otlp_endpoint: str = Field(
        "",
        alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description="Where traces are sent (OTLP over HTTP): `http://localhost:4318`; none: "
        "nothing is traced.",
    )
    clock: str = Field(
        "",
        alias="ESCALADE_CLOCK",
        description="For rehearsals, another clock than the wall's: "
        "`speed=60,from=2026-07-14T03:00+02:00,at=<unix seconds>`, each part optional.",
    )

    @property
    def command_names(self) -> dict[str, str]:
        """Each slash command as it is typed, and which command it is: {"/crise": "crisis"}."""
        return names(self.command_prefix, self.commands)

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr) -> SecretStr:
        return beginning(value, ("xoxb-", "xoxe.xoxb-"))

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: SecretStr) -> SecretStr:
        return beginning(value, ("xapp-",)) if value.get_secret_value() else value

    @field_validator("slack_api_url")
    @classmethod
    def _api_url(cls, value: str) -> str:
        if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value):
            raise PydanticCustomError("setting_url", "not an address")
        return value.rstrip("/") + "/"

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: SecretStr) -> SecretStr:
        return beginning(value, _DATABASES, database=True)

    @field_validator("database_direct_url")
    @classmethod
    def _direct(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() in {"", NO_DIRECT}:
            return value
        return beginning(value, _DATABASES[1:], database=True)

    @field_validator("feeds_key")
    @classmethod
    def _feeds_key(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < SHORTEST_KEY:  # whoever has a link could guess it
            raise PydanticCustomError("setting_short", "short", {"least": SHORTEST_KEY})
        return value

    @field_validator("feeds_url")
    @classmethod
    def _feeds_url(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", value):
            raise PydanticCustomError("setting_feeds_url", "not an address")
        return value

    @field_validator("mail_from")
    @classmethod
    def _mail_from(cls, value: str) -> str:
        if value and not SENDER.fullmatch(value):
            raise PydanticCustomError("setting_mail_from", "not an address")
        return value

    @field_validator("log_level", "mode", "log_format", "language", "smtp_security", mode="before")
    @classmethod
    def _any_case(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @field_validator("contracts", mode="before")
    @classmethod
    def _contracts(cls, value: Any) -> Any:
        places = [part.strip() for part in str(value).split(",") if part.strip()]
        try:
            files = contract_files(places)
            gone = ", ".join(str(file) for file in files if not file.is_file())
        except OSError:  # no name that any file can have
            given = {"file": str(value)[:LONGEST_SAID]}
            raise PydanticCustomError("setting_file_gone", "no such file", given) from None
        if not files:
            raise PydanticCustomError("setting_no_contract", "no contract file")
        if gone:
            raise PydanticCustomError("setting_file_gone", "no such file", {"file": gone})
        return files

    @field_validator("command_prefix")
    @classmethod
    def _prefix(cls, value: str) -> str:
        value = value.removeprefix("/")
        if value and not can_be_typed(value):
            raise PydanticCustomError("setting_prefix", "cannot be typed")
        return value

    @field_validator("commands")
    @classmethod
    def _commands(cls, value: str) -> str:
        try:
            names(spelled=value)
        except UnknownCommand as unknown:
            raise PydanticCustomError(
                "setting_commands", "unknown", {"part": unknown.part, "known": ", ".join(COMMANDS)}
            ) from None
        return value

    @field_validator("clock")
    @classmethod
    def _clock(cls, value: str) -> str:
        for part in filter(None, (part.strip() for part in value.split(","))):
            name, _, given = part.partition("=")
            if not reads_as_clock(name, given):
                raise PydanticCustomError("setting_clock", "unreadable", {"part": part})
        return value


def variables() -> dict[str, bool]:
    """Every variable, and whether it holds a secret, which may be read from a file instead."""
    return {
        str(field.alias): field.annotation is SecretStr for field in Settings.model_fields.values()
    }
