"""Settings read from the environment: all that is wrong there is said at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from config.faults import Fault, SettingsFaults, fault
from config.proxies import BadProxy, proxy_for
from config.settings import Settings, variables
from config.text_files import NoText, TooLarge, read_text, trimmed

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings an environment gives; raises SettingsFaults with all that is wrong."""
    values, faults = _values(environ)
    settings = None
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        for details in error.errors(include_url=False, include_context=True):
            variable = str(details["loc"][0])
            if all(f.place != variable for f in faults):
                faults.append(_fault_of(variable, dict(details), values.get(variable, "")))
    faults += [
        fault("setting_needed_by_mode", (needed,), mode=mode)
        for mode, needed in (("socket", "SLACK_APP_TOKEN"), ("http", "SLACK_SIGNING_SECRET"))
        if values.get("ESCALADE_MODE", "socket").lower() == mode
        and not values.get(needed)
        and all(f.place != needed for f in faults)
    ]
    if values.get("ESCALADE_SMTP_HOST") and not values.get("ESCALADE_MAIL_FROM"):
        faults.append(fault("setting_mail_from", ("ESCALADE_MAIL_FROM",), value=""))
    if values.get("ESCALADE_FEEDS_KEY") and not values.get("ESCALADE_FEEDS_URL"):
        faults.append(fault("setting_feeds_url", ("ESCALADE_FEEDS_URL",), value=""))
    if settings is not None:
        faults += _proxy_faults(settings, environ)
    if faults or settings is None:
        raise SettingsFaults(faults)
    return settings


def _proxy_faults(settings: Settings, environ: Mapping[str, str]) -> list[Fault]:
    """The variables that name no usable proxy for something these settings lead to."""
    going_out = [
        settings.slack_api_url,
        settings.heartbeat_url.get_secret_value(),
        settings.otlp_endpoint,
        f"smtp://{settings.smtp_host}:{settings.smtp_port}" if settings.smtp_host else "",
    ]
    mistaken: dict[str, Fault] = {}
    for address in filter(None, going_out):
        try:
            proxy_for(address, environ)
        except BadProxy as bad:
            mistaken[bad.variable] = fault("setting_proxy", (bad.variable,))
    return list(mistaken.values())


def _values(environ: Mapping[str, str]) -> tuple[dict[str, str], list[Fault]]:
    """Return what is set, an empty variable counting as none, secrets read from their files."""
    values: dict[str, str] = {}
    faults: list[Fault] = []
    for variable, secret in variables().items():
        given = trimmed(_readable(environ.get(variable, "")))
        file = environ.get(f"{variable}_FILE", "").strip() if secret else ""
        if given and file:
            faults.append(fault("setting_twice", (variable,), variable=variable))
        elif file:
            try:
                given = trimmed(read_text(Path(file)))
            except (NoText, TooLarge):
                faults.append(fault("setting_no_text", (variable,), file=file))
            except (OSError, ValueError):
                faults.append(fault("setting_file_gone", (variable,), file=file))
        if secret and _CONTROL.search(given):
            faults.append(fault("setting_many_lines", (variable,)))
        elif given:
            values[variable] = given
    return values, faults


def secret_named(variable: str, environ: Mapping[str, str]) -> str:
    """Return what a contract names as a secret, in the variable or in the file that `…_FILE` names.

    "" where there is none.
    """
    if file := environ.get(f"{variable}_FILE", "").strip():
        try:
            return trimmed(read_text(Path(file)))
        except (NoText, TooLarge, OSError, ValueError):
            return ""
    return trimmed(_readable(environ.get(variable, "")))


def _readable(given: str) -> str:
    """The value with a mark in place of each byte that is no text: it fits nothing then."""
    return given.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _fault_of(variable: str, details: dict[str, Any], given: str) -> Fault:
    where = (variable,)
    kind, facts = str(details["type"]), dict(details.get("ctx", {}))
    if kind == "missing":
        return fault("setting_missing", where, variable=variable)
    if kind == "literal_error":
        allowed = re.findall(r"'(\w+)'", str(facts.get("expected")))
        return fault("value_not_allowed", where, value=given, allowed=tuple(allowed))
    if not kind.startswith("setting_"):
        code = "setting_port" if variable.endswith("PORT") else "setting_seconds"
        return fault(code, where, value=given)
    if not variables()[variable]:
        facts["value"] = given
    return Fault(code=kind, path=where, facts=facts)
