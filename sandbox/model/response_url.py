"""Addresses an app may answer to: five times, for half an hour."""

from dataclasses import dataclass

from sandbox.base.errors import SlackError
from sandbox.base.ids import Ids, secret

LIFETIME = 30 * 60.0
USES = 5


@dataclass
class ResponseUrl:
    """An address at which an app may answer what somebody did."""

    app_id: str
    user_id: str
    channel_id: str
    made: float
    message_ts: str | None = None
    thread_ts: str | None = None
    uses: int = 0


class ResponseUrls:
    """The addresses given out; the part of the server's address is added by the server."""

    def __init__(self, ids: Ids, team_id: str, lifetime: float = LIFETIME) -> None:
        self._ids = ids
        self._lifetime = lifetime
        self._team_id = team_id
        self._given: dict[str, ResponseUrl] = {}
        self.base = ""

    def give(self, url: ResponseUrl, kind: str = "actions") -> str:
        """Make an address for what a person just did."""
        path = f"{kind}/{self._team_id}/{self._ids.number()}/{secret(24)}"
        self._given[path] = url
        return f"{self.base}/{path}"

    def given(self) -> dict[str, ResponseUrl]:
        """All addresses given out, by their path."""
        return dict(self._given)

    def use(self, path: str, now: float) -> ResponseUrl:
        """Use an address, while it lasts."""
        url = self._given.get(path)
        if url is None or now - url.made > self._lifetime:
            raise SlackError("expired_url")
        if url.uses >= USES:
            raise SlackError("used_url")
        url.uses += 1
        return url
