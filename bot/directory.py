"""Who is who in Slack: people of the contracts ↔ Slack users, and rooms ↔ channel ids."""

from __future__ import annotations

from dataclasses import dataclass, field

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from escalation.contract import Contract, Person

UNKNOWN_USER = {"users_not_found", "user_not_found", "user_not_visible"}


@dataclass
class Directory:
    """Looks people up by the Slack id of the contract, else by e-mail, and remembers them.

    Only what was found is remembered: somebody who joins Slack later is found later.
    """

    client: AsyncWebClient
    _user_of_email: dict[str, str] = field(default_factory=dict)
    _email_of_user: dict[str, str] = field(default_factory=dict)
    _locale_of_user: dict[str, str] = field(default_factory=dict)
    _direct: dict[str, str] = field(default_factory=dict)
    _channels: dict[str, str] = field(default_factory=dict)

    async def slack_of(self, person: Person) -> str | None:
        """The person's Slack user id; None where they have no account."""
        if person.slack:
            return person.slack
        email = person.email.lower()
        if not email:
            return None
        if email not in self._user_of_email:
            try:
                answer = await self.client.users_lookupByEmail(email=email)
            except SlackApiError as error:
                if error.response["error"] in UNKNOWN_USER:
                    return None
                raise
            self._user_of_email[email] = answer["user"]["id"]
        return self._user_of_email[email]

    async def person_of(self, contract: Contract, user: str) -> Person | None:
        """The person of this contract behind a Slack user."""
        for person in contract.people:
            if person.slack == user:
                return person
        email = await self._email(user)
        if not email:
            return None
        return next(
            (p for p in contract.people if not p.slack and p.email.lower() == email),
            None,
        )

    async def language_of(self, user: str) -> str:
        """The locale a Slack user has set, e.g. "fr-FR"."""
        await self._email(user)
        return self._locale_of_user.get(user, "en")

    async def _email(self, user: str) -> str:
        if user not in self._email_of_user:
            try:
                answer = await self.client.users_info(user=user, include_locale=True)
            except SlackApiError as error:
                if error.response["error"] in UNKNOWN_USER:
                    return ""
                raise
            profile = answer["user"].get("profile", {})
            self._email_of_user[user] = str(profile.get("email") or "").lower()
            self._locale_of_user[user] = answer["user"].get("locale") or "en"
        return self._email_of_user[user]

    async def direct_channel(self, user: str) -> str:
        """The direct conversation of the bot with a user."""
        if user not in self._direct:
            answer = await self.client.conversations_open(users=[user])
            self._direct[user] = answer["channel"]["id"]
        return self._direct[user]

    async def channel_id(self, room: str) -> str | None:
        """The id of a channel given by id or name; None where the bot sees none of that name."""
        name = room.lstrip("#")
        if name[:1] in "CG" and name.isupper():
            return name
        if name not in self._channels:
            await self._list_channels()
        return self._channels.get(name)

    async def _list_channels(self) -> None:
        cursor = None
        while True:
            answer = await self.client.conversations_list(
                types="public_channel,private_channel",
                exclude_archived=True,
                limit=200,
                cursor=cursor,
            )
            for channel in answer["channels"]:
                self._channels[channel["name"]] = channel["id"]
            metadata: dict[str, str] = answer.get("response_metadata") or {}
            cursor = metadata.get("next_cursor")
            if not cursor:
                return

    def forget_channels(self) -> None:
        """Channels changed: ask Slack again next time."""
        self._channels.clear()
