"""Why Slack refuses something, in words that say who or what is the matter."""

from __future__ import annotations

from handlers.blocks import plain
from handlers.texts import Texts
from handlers.verbs import msg

NO_ACCOUNT = msg("no Slack account is known under the address that the contract gives")
CLOSED_ACCOUNT = msg("the Slack account is closed")
NO_ROOM = msg("the channel is archived, or Escalade is not in it")
NOT_WRITTEN = msg("Escalade could not write the message; the log says why")
NOT_NAMED = msg("the contract names that person no more")
GUEST = msg("guests of this Slack workspace may not enter it")
OUTSIDE = msg("the account belongs to another Slack workspace")
SUPPLIER = msg("suppliers do not read along in the room that both firms share")
NOT_LET = msg("the settings of Slack do not allow the app to do so")
NAMES_TAKEN = msg("all names for it are taken")

WHYS = {
    "no_slack_account": NO_ACCOUNT,
    "users_not_found": NO_ACCOUNT,
    "user_not_found": NO_ACCOUNT,
    "user_disabled": CLOSED_ACCOUNT,
    "cannot_dm_bot": CLOSED_ACCOUNT,
    "is_archived": NO_ROOM,
    "channel_not_found": NO_ROOM,
    "not_in_channel": NO_ROOM,
    "not_written": NOT_WRITTEN,
    "not_in_the_contract_now": NOT_NAMED,
    # invitations
    "user_is_restricted": GUEST,
    "ura_max_channels": GUEST,
    "no_external_invite_permission": OUTSIDE,
    "org_user_not_in_team": OUTSIDE,
    "invitee_cant_see_channel": OUTSIDE,
    "shared_room": SUPPLIER,
    # channels of our own
    "restricted_action": NOT_LET,
    "cannot_create_channel": NOT_LET,
    "no_permission": NOT_LET,
    "missing_scope": NOT_LET,
    "name_taken": NAMES_TAKEN,
}


def why_words(texts: Texts, code: str) -> str:
    """The reason behind a code of Slack's, or the code itself; ends without a full stop."""
    if code in WHYS:
        return texts(WHYS[code])
    return texts("Slack refuses (%(code)s)", code=plain(code))
