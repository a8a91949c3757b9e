"""Faults of the sources of events, and of what depends on what."""

from __future__ import annotations

from handlers.words.texts import msg

SENTENCES = {
    "not_a_key_variable": (
        msg("This is not the name of a variable for the key of a source."),
        msg(
            "Write the name alone, never the key: key = "
            '"ESCALADE_EVENTS_ALERTMANAGER"; the bot reads that variable, or the file that '
            "…_FILE names."
        ),
    ),
    "not_a_header": (
        msg("“%(value)s” cannot be the name of a header."),
        msg("Use letters, digits and “-”."),
    ),
    "no_component_path": (
        msg("Nothing says where the component stands in what this source posts."),
        msg(
            'Write [events.sources.paths] with component = "…": a path such as labels.service, or '
            "=vpn for a source that only watches that component."
        ),
    ),
    "nothing_clears": (
        msg("The file says where an event tells that it has cleared, but not by which words."),
        msg('Write the words that clear: cleared = ["ok"].'),
    ),
    "unknown_component": (
        msg("No component is “%(value)s”."),
        msg("Possible: %(known)s; a component is declared under [[components]]."),
    ),
    "unknown_site": (
        msg("No site is “%(value)s”."),
        msg("Possible: %(known)s; a site is declared under [[sites]]."),
    ),
    "not_a_severity": (
        msg("“%(value)s” is no severity."),
        msg("Write 1 (gravest) to 4, or 0 where no incident is to be opened."),
    ),
    "depends_in_a_circle": (
        msg("“%(value)s” depends on itself, through “%(through)s”."),
        msg("Remove one of the dependencies of this circle."),
    ),
}
