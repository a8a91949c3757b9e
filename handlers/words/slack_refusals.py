"""Tell why Slack refuses something, in words that say who or what is the matter."""

from __future__ import annotations

from handlers.words.blocks import plain
from handlers.words.texts import Texts, msg

NO_ACCOUNT = msg("no Slack account is known under the address that the contract gives")
CLOSED_ACCOUNT = msg("the Slack account is closed")
NO_ROOM = msg("the channel is archived, or Escalade is not in it")
NOT_WRITTEN = msg("Escalade could not write the message; the log says why")
NOT_NAMED = msg("the contract no longer names that person")
GUEST = msg("guests of this Slack workspace may not enter it")
OUTSIDE = msg("the account belongs to another Slack workspace")
NOT_SHARED = msg("the account belongs to another organisation, and no channel is shared with it")
NOT_LET_IN = msg("Slack does not let this account be invited")
FEW_WRITE = msg("only some people may write there")
IN_THREADS = msg("only answers in threads may be written there")
SUPPLIER = msg("suppliers do not read along in the room that both firms share")
NOT_LET = msg("the settings of Slack do not allow the app to do so")
ROOM_OF_TWO = msg("the same channel is named for two purposes, or for two contracts")
NAMES_TAKEN = msg("all names for it are taken")

WHYS = {
    "no_slack_account": NO_ACCOUNT,
    "account_outside": OUTSIDE,
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
    "cant_invite": NOT_LET_IN,
    "user_is_restricted": GUEST,
    "user_is_ultra_restricted": GUEST,
    "ura_max_channels": GUEST,
    "no_external_invite_permission": OUTSIDE,
    "org_user_not_in_team": OUTSIDE,
    "invitee_cant_see_channel": OUTSIDE,
    "invalid_user_combination": NOT_SHARED,
    "user_not_visible": NOT_SHARED,
    "shared_room": SUPPLIER,
    # rooms to write in
    "restricted_action_read_only_channel": FEW_WRITE,
    "posting_to_channel_denied": FEW_WRITE,
    "restricted_action_thread_only_channel": IN_THREADS,
    # channels of our own
    "restricted_action": NOT_LET,
    "cannot_create_channel": NOT_LET,
    "no_permission": NOT_LET,
    "missing_scope": NOT_LET,
    "name_taken": NAMES_TAKEN,
    "room_of_two": ROOM_OF_TWO,
}


def why_words(texts: Texts, code: str) -> str:
    """The reason behind a code of Slack's, or the code itself; ends without a full stop."""
    if code in WHYS:
        return texts(WHYS[code])
    return texts("Slack refuses (%(code)s)", code=plain(code))


_LET_WRITE = msg(
    "Have an administrator of Slack let Escalade write there, or name another room in the "
    "contract file."
)
REMEDIES = {
    NOT_LET_IN: msg("An administrator of Slack can add them to it."),
    GUEST: msg("An administrator of Slack can add them to it, or make them a full member."),
    OUTSIDE: msg(
        "For the next time, a room that is shared with their organisation can be named in the "
        "contract file (crisis_pool)."
    ),
    NOT_SHARED: msg("Share a channel with their organisation, with Escalade and them in it."),
    FEW_WRITE: _LET_WRITE,
    NOT_LET: msg("An administrator of Slack can allow the app to do it."),
    IN_THREADS: msg("Name another room in the contract file."),
}


def remedy_words(texts: Texts, code: str) -> list[str]:
    """Return what somebody can do about a code of Slack's; nothing where that is not known."""
    remedy = REMEDIES.get(WHYS.get(code, ""))
    return [texts(remedy)] if remedy else []
