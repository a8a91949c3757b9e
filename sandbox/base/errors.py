"""The refusals of a method."""

from typing import Any


class SlackError(Exception):
    """A refusal with Slack's error string, and what goes with it in the answer."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra

    @classmethod
    def invalid(cls, code: str, *messages: str) -> "SlackError":
        """Refuse with explanations, the way Slack explains faults of arguments and blocks."""
        return cls(code, response_metadata={"messages": [f"[ERROR] {text}" for text in messages]})


class RateLimited(SlackError):
    """Too many calls: come back later."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after
