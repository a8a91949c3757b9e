"""Faults of a contract file as a text, and of its shape."""

from __future__ import annotations

from handlers.words.texts import msg

SENTENCES = {
    "file_unreadable": (
        msg("The file cannot be read: %(reason)s."),
        msg("Check its path and its rights."),
    ),
    "file_too_large": (
        msg("The file is larger than %(most)s bytes."),
        msg("A contract file holds text only: check that it is the right file."),
    ),
    "line_too_long": (
        msg("This line is longer than %(most)s characters."),
        msg('Check that it is the right file; a long text is written over several lines, in """.'),
    ),
    "nested_too_deep": (
        msg("Tables and lists are nested more than %(most)s deep here."),
        msg("Check the brackets, and the dots of the key, against docs/contract.md."),
    ),
    "too_many_values": (
        msg("From here on the file has more than %(most)s values."),
        msg(
            "Check that it is the right file; keep earlier or other contracts in files of their "
            "own."
        ),
    ),
    "too_many_files": (
        msg("There are %(count)s contract files; at most %(most)s can be read."),
        msg("Check the folders named, or spread the contracts over several deployments."),
    ),
    "file_not_utf8": (
        msg("The file is not UTF-8 text."),
        msg("Save it again with the encoding UTF-8."),
    ),
    "file_empty": (
        msg("There is nothing in this file."),
        msg("Begin with a small contract that works, and change it: `escalade init`."),
    ),
    "typographic_quotes": (
        msg("These are quotes of a word processor (“ ” « »); the file takes straight ones only."),
        msg("Write %(written)s."),
    ),
    "odd_blank": (
        msg("There are blanks of a word processor on this line, which the file does not take."),
        msg("Type them again with the space bar."),
    ),
    "date_as_on_paper": (
        msg("“%(value)s” is not how the file writes a date."),
        msg("Write %(written)s: year, month, day."),
    ),
    "not_in_quotes": (
        msg("“%(value)s” stands without quotes."),
        msg("Write %(written)s."),
    ),
    "number_with_more": (
        msg("“%(value)s” is more than a number."),
        msg("Write %(written)s."),
    ),
    "toml_twice": (
        msg("This field or section is written twice."),
        msg("Keep one of the two; a list of tables is written [[section]]."),
    ),
    "toml_equals": (
        msg("A field here has no “=” sign."),
        msg('Write: field = "value"; a section is written [section].'),
    ),
    "toml_key": (
        msg("Something stands here (column %(column)s) where the name of a field is expected."),
        msg(
            "A small table { a = 1, b = 2 } stays on one line, without a comma before “}”; names "
            "have letters, digits, “-” and “_”."
        ),
    ),
    "toml_comma": (
        msg("After this value a comma or the closing bracket is missing (column %(column)s)."),
        msg("Separate elements by commas; close [ with ], and { with } on the same line."),
    ),
    "toml_bracket": (
        msg("A bracket is not closed here (column %(column)s)."),
        msg("Close [ with ], and [[ with ]]."),
    ),
    "toml_backslash": (
        msg("A “\\” in a text is not followed by a known letter (column %(column)s)."),
        msg("Write “\\\\”, or put the text in single quotes."),
    ),
    "toml_quote": (
        msg("A text begins and is not closed on its line (column %(column)s)."),
        msg("Close it with the same quote it begins with."),
    ),
    "toml_date": (
        msg("This date does not exist (column %(column)s)."),
        msg("Write 2026-07-14, or 2026-07-14T09:00:00."),
    ),
    "toml_value": (
        msg("This value cannot be read (column %(column)s)."),
        msg('Put texts and durations in quotes: "15m"; write true or false without quotes.'),
    ),
    "toml_line": (
        msg("There is something left on the line after the value (column %(column)s)."),
        msg("Put each field on its own line."),
    ),
    "toml_syntax": (
        msg("This is not TOML (column %(column)s): %(detail)s."),
        msg("Compare the line with the same one of config/examples/agence-rivage.toml."),
    ),
    "unknown_field": (
        msg("The field “%(field)s” does not exist here."),
        msg("Fields possible here: %(allowed)s."),
    ),
    "field_missing": (
        msg("The field “%(field)s” is missing."),
        msg("Add it; docs/contract.md explains what it is for."),
    ),
    "fields_missing": (
        msg("These fields are missing: %(fields)s."),
        msg(
            "Add them: docs/contract.md explains each, and `escalade init` writes a file that has "
            "them all."
        ),
    ),
    "key_not_allowed": (
        msg("“%(value)s” is not possible as a key here."),
        msg("Possible: %(allowed)s."),
    ),
    "value_not_allowed": (
        msg("“%(value)s” is not possible here."),
        msg("Possible: %(allowed)s."),
    ),
    "not_a_text": (
        msg("A text is expected here, not %(value)s."),
        msg('Put it in quotes: "%(value)s".'),
    ),
    "one_expected": (
        msg("One value is expected here, not %(value)s."),
        msg("Write the value alone, without brackets."),
    ),
    "not_a_number": (
        msg("A whole number is expected here, not “%(value)s”."),
        msg("Write digits only, without quotes."),
    ),
    "not_a_truth": (
        msg("“%(value)s” is neither true nor false."),
        msg("Write true or false, without quotes."),
    ),
    "not_a_date": (
        msg("“%(value)s” is not a date."),
        msg("Write year-month-day, without quotes: 2026-07-14."),
    ),
    "not_a_date_time": (
        msg("“%(value)s” is not a date with a time."),
        msg("Write 2026-07-14T09:00:00, without quotes."),
    ),
    "not_a_time": (
        msg("“%(value)s” is not a time of day."),
        msg('Write "07:30", in quotes.'),
    ),
    "not_a_list": (
        msg("A list is expected here."),
        msg("Write [ … ], or [[section]] for each element that is a table."),
    ),
    "not_a_table": (
        msg("A table is expected here, not %(value)s."),
        msg("Write a [section], or { field = value } on one line."),
    ),
    "table_not_listed": (
        msg("A list of tables is expected here, and this is a single one."),
        msg("Write [[%(field)s]], with double brackets, once for each."),
    ),
    "table_listed": (
        msg("A single table is expected here, and this is a list."),
        msg("Write [%(field)s], with single brackets and once, or { … } on one line."),
    ),
    "not_a_day": (
        msg("“%(value)s” is not a day of the week."),
        msg("Possible: %(allowed)s, or 0 to 6."),
    ),
    "not_a_duration": (
        msg("“%(value)s” is not a duration."),
        msg(
            'Write a length and its clock: "15m", "1h30m", "20s" (round the clock), "4h coverage" '
            '(coverage hours), "7 working days".'
        ),
    ),
    "value_refused": (
        msg("“%(value)s” is not possible here: %(detail)s."),
        msg("See docs/contract.md."),
    ),
}
