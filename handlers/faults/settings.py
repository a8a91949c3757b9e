"""Faults of the settings."""

from __future__ import annotations

from handlers.words.texts import msg

SENTENCES = {
    "setting_missing": (
        msg("The variable %(variable)s is not set."),
        msg("See docs/settings.md."),
    ),
    "setting_twice": (
        msg("Both %(variable)s and %(variable)s_FILE are set."),
        msg("Keep one of the two."),
    ),
    "setting_needed_by_mode": (
        msg("This variable is not set, and the mode “%(mode)s” needs it."),
        msg("Set it, or change ESCALADE_MODE (socket or http)."),
    ),
    "setting_token": (
        msg(
            "This is not the token expected here: that one begins with “%(beginning)s”, without "
            "quotes."
        ),
        msg("Copy it again from the pages of your Slack app (api.slack.com/apps)."),
    ),
    "setting_url": (
        msg("“%(value)s” is not an address."),
        msg("Write https://slack.com/api/, or http://127.0.0.1:8700/api/ for a local workspace."),
    ),
    "setting_database": (
        msg("This is not the address of a database Escalade knows."),
        msg("Write sqlite+aiosqlite:///var/escalade.db, or postgresql://user@host/name."),
    ),
    "setting_no_contract": (
        msg("There is no contract file in “%(value)s”."),
        msg("Name .toml files, or folders that hold some, separated by commas."),
    ),
    "setting_file_gone": (
        msg("The file %(file)s cannot be read."),
        msg("Check its path and its rights."),
    ),
    "setting_no_text": (
        msg("The file %(file)s is not UTF-8 text."),
        msg("Save it again with the encoding UTF-8; it holds the secret and nothing else."),
    ),
    "setting_many_lines": (
        msg("This secret has several lines, or characters that nobody sees, within it."),
        msg("Copy it again; it stands alone on one line."),
    ),
    "setting_prefix": (
        msg("“%(value)s” cannot begin a slash command."),
        msg("Use up to 31 small letters, digits, “-” and “_”."),
    ),
    "setting_commands": (
        msg("“%(part)s” gives no slash command its name."),
        msg("Write name=command, separated by commas; the commands are %(known)s."),
    ),
    "setting_mail_from": (
        msg("Mails need a sender, and “%(value)s” is not a mail address."),
        msg("Write escalade@example.org, or Escalade <escalade@example.org>."),
    ),
    "setting_short": (
        msg("This secret is too short to be safe."),
        msg(
            "Write %(least)s characters or more, drawn at random: openssl rand -hex 32 makes some."
        ),
    ),
    "setting_feeds_url": (
        msg("Feeds need the address that they are reached by, and “%(value)s” is none."),
        msg("Write https://escalade.example.org, or unset ESCALADE_FEEDS_KEY."),
    ),
    "setting_seconds": (
        msg("“%(value)s” is not a number of seconds."),
        msg("Write a whole number from 1 to 86400."),
    ),
    "setting_port": (
        msg("“%(value)s” is not a port."),
        msg("Write a number from 1 to 65535."),
    ),
    "setting_proxy": (
        msg("This names no proxy that Escalade can use."),
        msg(
            "Write http://host:port (for mail no https://), or name what is reached without it in "
            "NO_PROXY."
        ),
    ),
    "setting_clock": (
        msg("“%(part)s” does not set the clock."),
        msg("Write speed=60,from=2026-07-14T03:00+02:00,at=1784000000; each part is optional."),
    ),
}
