"""Meanings of Slack's refusals for a message: which are for good, and which are ours to mend."""

from __future__ import annotations

# it is our access that needs mending: everything waits for that
OUR_ACCESS = frozenset(
    {
        "access_denied", "account_inactive", "invalid_auth", "missing_scope", "no_permission",
        "not_allowed_token_type", "not_authed", "org_login_required", "team_access_not_granted",
        "token_expired", "token_revoked",
    }
)  # fmt: skip

# our own word for it: auth.test says is_enterprise_install
ORG_WIDE = "org_wide_installation"

# Socket Mode is switched off for the app: of a socket that was open, and where one is asked for
LINK_DISABLED = "link_disabled"
SOCKET_MODE_OFF = frozenset({LINK_DISABLED, "socket_mode_not_enabled"})

# a room that was named may stand under a new id by now
MOVED = frozenset({"channel_not_found", "is_archived"})

# as Slack documents them, and our own: trying again changes nothing
FOR_GOOD = frozenset(
    {
        *MOVED, "account_outside", "already_archived", "already_in_channel",
        "as_user_not_supported",
        "bad_timestamp", "block_mismatch", "blocked_file_type", "cannot_create_channel",
        "cannot_dm_bot", "cant_archive_general", "cant_dm_bot", "cant_invite", "cant_invite_self",
        "cant_kick_from_general", "cant_kick_self", "cant_update_message",
        "channel_is_limited_access", "channels_limit_exceeded", "edit_window_closed",
        "cannot_reply_to_message", "file_type_not_allowed", "file_upload_size_restricted",
        "file_uploads_disabled", "file_uploads_except_images_disabled",
        "invalid_arguments", "invalid_attachments", "invalid_blocks", "invalid_blocks_format",
        "invalid_channel",
        "invalid_metadata_format", "invalid_metadata_schema", "invalid_name",
        "invalid_name_maxlength", "invalid_name_punctuation", "invalid_name_required",
        "invalid_name_specials", "invalid_user_combination", "invalid_users",
        "invitee_cant_see_channel", "is_inactive", "message_not_found",
        "messages_tab_disabled", "metadata_too_large", "method_not_supported_for_channel_type",
        "missing_argument", "msg_blocks_too_long", "msg_too_long",
        "name_taken", "no_external_invite_permission", "no_slack_account", "no_text",
        "not_authorized", "not_enough_users", "not_in_channel", "not_in_the_contract_now",
        "not_supported", "org_user_not_in_team", "posting_to_channel_denied", "restricted_action",
        "restricted_action_non_threadable_channel", "restricted_action_read_only_channel",
        "restricted_action_thread_locked", "restricted_action_thread_only_channel", "room_of_two",
        "slack_connect_file_upload_sharing_blocked", "storage_limit_reached",
        "team_not_found", "thread_not_found", "too_long", "too_many_attachments",
        "too_many_members", "too_many_users",
        "ura_max_channels", "user_disabled", "user_is_restricted", "user_is_ultra_restricted",
        "user_not_found",
        "user_not_visible", "users_not_found",
    }
)  # fmt: skip


def remedy(code: str, variable: str) -> str:
    """Return what the operator can do where Slack refuses the token of a setting."""
    if code in SOCKET_MODE_OFF:
        return (
            f"Slack has Socket Mode switched off for this app ({code}): switch it on at "
            "https://api.slack.com/apps (Socket Mode), or run over HTTP (ESCALADE_MODE)"
        )
    if code == ORG_WIDE:
        return (
            f"{variable} is of an installation for a whole organisation (Enterprise Grid), which "
            "Escalade does not serve: install the app in one workspace, and copy the token of that"
        )
    if code in {"invalid_auth", "not_authed", "account_inactive", "token_revoked"}:
        return f"Slack does not accept {variable} ({code}): copy it again from the app's settings"
    return f"Slack refuses to start the bot ({code}): check {variable} and the app's settings"
