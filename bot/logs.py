"""Structured logs: one record a decision, and never a secret."""

from __future__ import annotations

import logging
import re
import sys
from typing import Literal

import structlog
from structlog.types import EventDict, WrappedLogger

_SECRET = re.compile(r"\b(xox[a-z]-|xapp-)[A-Za-z0-9-]+")


def mask_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Put stars in the place of anything that looks like one of Slack's tokens."""
    return {key: _masked(value) for key, value in event.items()}


def _masked(value: object) -> object:
    return _SECRET.sub(r"\1***", value) if isinstance(value, str) else value


def set_up(*, level: str = "INFO", form: Literal["text", "json"] = "text") -> None:
    """Write the logs to standard error, for people or as one JSON object a line."""
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(number),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([structlog.processors.format_exc_info] if form == "json" else []),
            mask_secrets,
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=max(number, logging.WARNING), stream=sys.stderr)
