"""No secret reaches the logs."""

from __future__ import annotations

import json
import logging

import pytest
import structlog

from bot.observe.logs import set_up

TOKENS = ("xoxb-123-abc", "xapp-1-A1-2-abc", "xoxe.xoxb-1-abc")


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("form", ["text", "json"])
def test_tokens_are_masked_wherever_they_stand(
    token: str, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(level="info", form="json" if form == "json" else "text")
    try:
        raise ValueError(f"bad token {token}")
    except ValueError as error:
        structlog.get_logger().error("failed", why=token, nested={"a": [token]}, exc_info=error)
        logging.getLogger("library").error("failed with %s", token, exc_info=error)
    written = capsys.readouterr().err
    assert "failed" in written
    assert "library" in written
    assert token not in written
    assert "-abc" not in written


def test_json_logs_are_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(level="info", form="json")
    structlog.get_logger().info("done", action="done", incident="INC-0001")
    line = json.loads(capsys.readouterr().err)
    assert (line["action"], line["incident"], line["level"]) == ("done", "INC-0001", "info")


def test_what_is_less_important_than_the_level_is_not_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up(level="warning")
    structlog.get_logger().info("done")
    assert capsys.readouterr().err == ""
