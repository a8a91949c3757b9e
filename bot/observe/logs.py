"""Structured logs: one record a decision, and never a secret."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any, Literal

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from escalation.base.sober_text import sober

_SECRET = re.compile(r"\b(xox[a-z]-|xapp-)[A-Za-z0-9-]+")


def masked(text: str) -> str:
    """The text with stars in the place of anything that looks like one of Slack's tokens."""
    return _SECRET.sub(r"\1***", text)


class Masking:
    """A renderer whose lines, traces included, hold no secret."""

    def __init__(self, renderer: Processor) -> None:
        self._renderer = renderer

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> str:
        """The line."""
        return masked(str(self._renderer(logger, method, event)))


class MaskingFormatter(logging.Formatter):
    """The same for the libraries' own logs."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and the trace behind it."""
        return masked(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  logging's own name
        """The line: what it quotes can neither begin another nor steer a terminal."""
        return _one_line(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802  logging's own name
        """The trace."""
        return sober(super().formatException(ei))


def _one_line(text: str) -> str:
    return sober(text).replace("\n", "\\n")


def _sobered(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Words without controls; only a trace has several lines."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = sober(value) if key == "exception" else _one_line(value)
    return event


def set_up(*, level: str = "INFO", form: Literal["text", "json"] = "text") -> None:
    """Write the logs to standard error, for people or as one JSON object a line."""
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            # a pretty trace with its locals takes longer to draw than Slack waits
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(number),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _sobered,
            Masking(renderer),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    # Bolt is given a client on purpose, and warns that the environment's token is not read again
    handler.addFilter(lambda record: "`token` will be unused" not in record.getMessage())
    handler.setFormatter(MaskingFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler], force=True)
