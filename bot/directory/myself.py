"""Tell who the bot is in Slack: asked once at the start, and behind while Slack is away."""

from __future__ import annotations

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.directory.lookups import looked_up
from bot.slack.calls import Undeliverable
from bot.slack.refusals import ORG_WIDE


class Myself:
    """The bot's own account and workspace; all of it "" while they are not known."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self.user = ""
        self.bot = ""
        self.team = ""
        self.last_team = ""  # as it was kept: it serves until Slack says it
        self.address = ""

    @property
    def known(self) -> bool:
        """Return whether Slack has said it."""
        return bool(self.user)

    @property
    def home(self) -> str:
        """The workspace whose people are found by their address; "" while none is known."""
        return self.team or self.last_team

    async def learn(self) -> None:
        """Ask Slack who the bot is; raises NotSent or Undeliverable.

        A token for a whole Enterprise Grid is refused: each call would have to name a workspace,
        and people of all of them could type commands.
        """
        answer = await looked_up(self._client.auth_test())
        if answer.get("is_enterprise_install"):
            raise Undeliverable(ORG_WIDE)
        self.user = str(answer["user_id"])
        self.bot = str(answer.get("bot_id") or "")
        self.team = str(answer["team_id"])
        self.address = str(answer.get("url") or "")

    async def user_id(self) -> str:
        """The bot's user id; asks where it is not known yet, and raises as `learn` then."""
        if not self.known:
            await self.learn()
        return self.user

    def authorized(self, token: str) -> AuthorizeResult:
        """Return what Bolt has to know of us, from what is known: no call for it."""
        return AuthorizeResult(
            enterprise_id=None,
            team_id=self.team or None,
            bot_id=self.bot or None,
            bot_user_id=self.user or None,
            bot_token=token,
        )

    def link_to(self, channel: str, ts: str, thread: str) -> str:
        """The address of a message, as Slack makes them; "" while the workspace's is not known.

        It says no more than two ids: only who may read the conversation reads anything there.
        """
        if not self.address:
            return ""
        link = f"{self.address.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"
        reply = thread and thread != ts
        return f"{link}?thread_ts={thread}&cid={channel}" if reply else link
