"""The faults of a contract file in English: what is wrong, and how to mend it."""

from __future__ import annotations

FIRMS = {"provider": "the provider", "client": "the client"}
NONE = "none"
FILE = "contract"
LINE = "line {line}"
SEE = " (see line {line})"
MEANT = "Did you mean “{suggestion}”?"

WORDS: dict[str, tuple[str, str]] = {
    # the file as text
    "file_unreadable": ("The file cannot be read: {reason}.", "Check its path and its rights."),
    "file_too_large": (
        "The file is larger than {most} bytes.",
        "A contract file holds text only: check that it is the right file.",
    ),
    "line_too_long": (
        "This line is longer than {most} characters.",
        'Check that it is the right file; a long text is written over several lines, in """.',
    ),
    "nested_too_deep": (
        "Tables and lists are nested more than {most} deep here.",
        "Check the brackets, and the dots of the key, against docs/contract.md.",
    ),
    "too_many_values": (
        "From here on the file has more than {most} values.",
        "Check that it is the right file; keep earlier or other contracts in files of their own.",
    ),
    "too_many_files": (
        "There are {count} contract files; at most {most} can be read.",
        "Check the folders named, or spread the contracts over several deployments.",
    ),
    "file_not_utf8": ("The file is not UTF-8 text.", "Save it again with the encoding UTF-8."),
    "toml_twice": (
        "This field or section is written twice.",
        "Keep one of the two; a list of tables is written [[section]].",
    ),
    "toml_equals": (
        "A field here has no “=” sign.",
        'Write: field = "value"; a section is written [section].',
    ),
    "toml_key": (
        "Something stands here (column {column}) where the name of a field is expected.",
        (
            "A small table {{ a = 1, b = 2 }} stays on one line, without a comma before “}}”; "
            "names have letters, digits, “-” and “_”."
        ),
    ),
    "toml_bracket": (
        "A bracket is not closed here (column {column}).",
        "Close [ with ], [[ with ]], {{ with }}, and part elements by commas.",
    ),
    "toml_backslash": (
        "A “\\” in a text is not followed by a known letter (column {column}).",
        "Write “\\\\”, or put the text in single quotes.",
    ),
    "toml_quote": (
        "A text begins and is not closed on its line (column {column}).",
        "Close it with the same quote it begins with.",
    ),
    "toml_date": (
        "This date does not exist (column {column}).",
        "Write 2026-07-14, or 2026-07-14T09:00:00.",
    ),
    "toml_value": (
        "This value cannot be read (column {column}).",
        'Put texts and durations in quotes: "15m"; write true or false without quotes.',
    ),
    "toml_line": (
        "There is something left on the line after the value (column {column}).",
        "Put each field on its own line.",
    ),
    "toml_syntax": (
        "This is not TOML (column {column}): {detail}.",
        "Compare the line with the same one of config/examples/agence-rivage.toml.",
    ),
    # the shape of the file
    "unknown_field": (
        "The field “{field}” does not exist here.",
        "Fields possible here: {allowed}.",
    ),
    "field_missing": (
        "The field “{field}” is missing.",
        "Add it; docs/contract.md explains what it is for.",
    ),
    "key_not_allowed": ("“{value}” is not possible as a key here.", "Possible: {allowed}."),
    "value_not_allowed": ("“{value}” is not possible here.", "Possible: {allowed}."),
    "not_a_text": ("A text is expected here, not {value}.", 'Put it in quotes: "{value}".'),
    "not_a_number": (
        "A whole number is expected here, not “{value}”.",
        "Write digits only, without quotes.",
    ),
    "not_a_truth": ("“{value}” is neither true nor false.", "Write true or false, without quotes."),
    "not_a_date": ("“{value}” is not a date.", "Write year-month-day, without quotes: 2026-07-14."),
    "not_a_date_time": (
        "“{value}” is not a date with a time.",
        "Write 2026-07-14T09:00:00, without quotes.",
    ),
    "not_a_time": ("“{value}” is not a time of day.", 'Write "07:30", in quotes.'),
    "not_a_list": (
        "A list is expected here.",
        "Write [ … ], or [[section]] for each element that is a table.",
    ),
    "not_a_table": (
        "A table is expected here, not {value}.",
        "Write a [section], or {{ field = value }} on one line.",
    ),
    "not_a_day": ("“{value}” is not a day of the week.", "Possible: {allowed}, or 0 to 6."),
    "not_a_duration": (
        "“{value}” is not a duration.",
        (
            'Write a length and its clock: "15m", "1h30m", "20s" (round the clock), "4h coverage" '
            '(coverage hours), "7 working days".'
        ),
    ),
    "value_refused": ("“{value}” is not possible here: {detail}.", "See docs/contract.md."),
    # names
    "id_not_simple": (
        "The id “{value}” cannot be typed easily.",
        "Use small letters without accents, digits, “-” and “_”, beginning with a letter or digit.",
    ),
    "id_twice": ("The id “{value}” is already taken.", "Give each its own id."),
    "id_reserved": ("The id “{value}” has a meaning of its own.", "Choose another id."),
    "contract_twice": (
        "The contract id “{value}” is already taken, in {file}.",
        "Give each contract its own id.",
    ),
    "room_of_two_contracts": (
        "The room “{value}” already belongs to the contract in {file}.",
        "Use another room: nobody on one contract may see anything of another.",
    ),
    "named_twice": ("“{value}” is named twice in this list.", "Keep the first."),
    "unknown_person": (
        "Nobody has the id “{person}”.",
        "Add them under [[people]], or correct the id.",
    ),
    "wrong_firm": (
        "{name} belongs to {firm}, and somebody of {asked} is expected here.",
        "Name somebody else, or correct the person's organisation.",
    ),
    "unknown_firm": (
        "No firm of the contract is “{value}”.",
        "Possible: {known}; a supplier is declared under [[suppliers]].",
    ),
    "unknown_group": (
        "No support group is “{value}”.",
        "Possible: {known}; a group is declared under [[groups]].",
    ),
    "unknown_supplier": (
        "No supplier is “{value}”.",
        "Possible: {known}; a supplier is declared under [[suppliers]].",
    ),
    "unknown_rota": (
        "No rota is “{value}”.",
        "Possible: {known}; a rota is declared under [[rotas]].",
    ),
    "unknown_level": (
        "No echelon has the level {value}.",
        "Possible: {known}; a level is declared under [[echelons]].",
    ),
    "unknown_ladder": (
        "No ladder is “{value}”.",
        "Possible: {known}; a ladder is declared under [[ladders]].",
    ),
    "unknown_towards": (
        "A ladder cannot lead towards “{value}”.",
        "Possible: {known}.",
    ),
    # people
    "not_an_email": ("“{value}” is not an e-mail address.", "Write name@firm.example."),
    "email_twice": (
        "The e-mail address “{value}” is already somebody else's.",
        "Give each person their own: Escalade knows people by it.",
    ),
    "not_a_slack_id": (
        "“{value}” is not a Slack user id.",
        "Copy it from the person's Slack profile (“Copy member ID”): it begins with U or W.",
    ),
    "slack_twice": (
        "The Slack id “{value}” is already somebody else's.",
        "Give each person their own.",
    ),
    "absence_backwards": (
        "The absence ends on {last}, before it begins on {first}.",
        "Put the first day in `first` and the last in `last`.",
    ),
    "absences_overlap": (
        "Two absences of {name} overlap.",
        "Make one of them, or correct the days.",
    ),
    "absence_alone": (
        "Nobody stands in for {name} during this absence.",
        "Add stand_in, with somebody of the same firm.",
    ),
    "stand_in_oneself": (
        "{name} is said to stand in for themselves.",
        "Name somebody else of the same firm.",
    ),
    "stand_in_away": (
        "On {day} {name}, who stands in for {away}, is away too, and nobody replaces them.",
        "Name somebody who is present during the whole absence.",
    ),
    "stand_ins_circular": (
        "On {day} {away} and {name} are both away, and stand in for each other.",
        "Name a third person for one of them.",
    ),
    "manager_missing": (
        "Nobody of the provider leads incidents.",
        "Give one of these roles to somebody of the provider: {roles}.",
    ),
    # suppliers, groups, components
    "representative_missing": (
        "{supplier} has no management representative.",
        "Put the id of somebody of that firm in `representative`.",
    ),
    "representative_without_phone": (
        "{name}, who represents {supplier}, has no phone number.",
        "Add `phone` to that person: a crisis has to be able to call them.",
    ),
    "group_empty": ("The support group “{name}” has no members.", "Add at least one to `members`."),
    "catalogue_empty": (
        "The service catalogue has no component.",
        "Add at least one [[components]].",
    ),
    # time
    "unknown_time_zone": (
        "The time zone “{value}” does not exist.",
        'Use a name of the IANA list, such as "Europe/Paris".',
    ),
    "unknown_country": (
        "No public holidays are known for the country “{value}”.",
        (
            'Use the two letters of ISO 3166, such as "FR"; '
            "or set public_holidays = false and list closed_days."
        ),
    ),
    "unknown_region": (
        "No public holidays are known for the region “{value}” of {country}.",
        'Remove `region`, or use a known one, such as "Alsace-Moselle".',
    ),
    "unknown_day": (
        "“{value}” is neither a day nor the name of a public holiday in {country}.",
        'Write 2026-12-24, "12-24" for each year, or one of: {known}.',
    ),
    "not_a_holiday": (
        "“{value}” is no public holiday here ({country}): it is worked anyhow.",
        "Correct it, or take it off this list.",
    ),
    "not_a_day_off": (
        "“{value}” is no day off of the contract, nor a half-day: {name} is there anyhow.",
        "Correct it, or take it off this list.",
    ),
    "day_said_twice": (
        "Two things are said of “{value}”.",
        "Say it once: as a closed day, a half-day, or a public holiday that is worked.",
    ),
    "half_day_without_hours": (
        "Nothing says which half of “{value}” is closed.",
        'Add closes = "12:00" for a closed afternoon, or opens = "13:00" for a closed morning.',
    ),
    "half_day_never_open": (
        "Nothing is left of the coverage hours on “{value}”.",
        "Correct `opens` or `closes`, or put the day into closed_days.",
    ),
    "hours_without_days": (
        "These hours open on no day of the week.",
        'List the days, such as ["mon", "tue"], or set always = true.',
    ),
    "hours_never_open": (
        "These hours open and close at the same time, {opens}.",
        "Correct one of the two; for round the clock, set always = true.",
    ),
    "rota_empty": (
        "The rota “{rota}” names nobody: outside coverage nobody would be on call.",
        "Name at least one person in `people`.",
    ),
    "rota_turn_too_short": ("A turn of {value} day(s) is not possible.", "Write 1 or more."),
    "rota_changes_not_ascending": (
        "This change of the rota “{rota}” starts on {starts}, not after {before}.",
        "Write changes in the order of their days, each after the first day of the rota.",
    ),
    "rota_unused": (
        "No post uses the rota “{rota}”: whoever is on call would never be called.",
        'Add on_call = "{rota}" to the post of an echelon, or remove the rota.',
    ),
    "override_backwards": (
        "This swap ends ({end}) before it begins ({start}).",
        "Correct `start` or `end`.",
    ),
    "overrides_overlap": (
        "Two swaps of the rota “{rota}” overlap: two people would be on call.",
        "Make the first end where the second begins.",
    ),
    "duration_zero": ("This duration is zero.", 'Write some time, such as "15m".'),
    "working_days_here": (
        "“{value}” is too coarse here: one call would be days from the next.",
        'Use minutes or hours: "15m", "4h coverage".',
    ),
    # priorities
    "matrix_row_missing": (
        "The matrix says nothing for the criticality “{row}”.",
        "Add the line: {row} = {{ 1 = …, 2 = …, 3 = … }}.",
    ),
    "matrix_cell_missing": (
        "The row “{row}” says nothing for column {column}.",
        "Add {column} = and a priority from 1 to 4.",
    ),
    "matrix_not_monotone": (
        "Priority {graver} is graver than {than}, though the case is a lesser one.",
        "Make it {than} or more: a lesser case never gets a graver priority.",
    ),
    "priority_out_of_range": ("{value} is not a priority.", "Priorities go from 1 to 4."),
    "rank_out_of_range": (
        "“{component}” has the rank {value}.",
        "Ranks go from 1 (P1) to 3 (P3).",
    ),
    "rank_missing": (
        "“{component}” has no rank, and the scheme in use is “ranked”.",
        "Add rank = 1, 2 or 3.",
    ),
    "urgency_table_missing": (
        "The scheme in use is “ranked”, and there is no table of urgency × impact.",
        "Add [priorities.urgency_impact].",
    ),
    "targets_missing": (
        "Priority {priority} has no targets.",
        'Add {priority} = {{ acknowledge = "…", restore = "…" }}.',
    ),
    "restore_before_acknowledge": (
        "Restoring ({value}) would be due before acknowledging ({than}).",
        "Correct one of the two.",
    ),
    "warning_out_of_range": (
        "A warning at {value} % is not before the breach.",
        "Warnings go from 1 to 99.",
    ),
    "warnings_not_ascending": (
        "The warning at {value} % does not come after the one before it.",
        "Write them from the smallest to the greatest, such as [50, 75, 90].",
    ),
    "list_empty": ("This list names nobody.", "Name at least one."),
    # echelons and ladders
    "echelons_missing": ("There is no echelon.", "Add at least one [[echelons]]."),
    "post_empty": (
        "At this level nobody answers for {firm}.",
        "Name the holder, then the deputies.",
    ),
    "levels_not_ascending": (
        "This level is not above the one before it.",
        "Write the levels from the lowest up, each once.",
    ),
    "level_out_of_range": ("{value} is not a level.", "Levels count from 1."),
    "ladder_missing": (
        "No ladder leads towards “{firm}”.",
        "Add one under [[ladders]], with at least one rung.",
    ),
    "towards_twice": (
        "Two ladders lead towards “{value}”.",
        "Keep one, with all its rungs.",
    ),
    "ladder_without_rungs": (
        "The ladder “{ladder}” has no rung.",
        "Add at least one [[ladders.rungs]] below it.",
    ),
    "rung_without_priority": (
        "This rung has no duration for priority {priority}.",
        'Add {priority} = "…".',
    ),
    "settle_before_acknowledge": (
        "The time to settle ({value}) is shorter than the time to acknowledge ({than}).",
        "Lengthen `settle` or shorten `acknowledge`.",
    ),
    "supplier_not_here": (
        "This ladder leads to the client: its rungs have no supplier.",
        "Remove `supplier`; the client's people come from the echelon.",
    ),
    "supplier_people_missing": (
        "This rung does not say whom “{supplier}” puts opposite the provider.",
        'Add supplier = {{ people = ["…"] }}.',
    ),
    "rung_unreachable": (
        "At level {level} nobody of {firm} can be reached.",
        "Name somebody there who has an e-mail address or a Slack id.",
    ),
    "case_without_priorities": (
        "This case holds for no priority, so it never starts anything.",
        "List at least one, or leave `priorities` out for all four.",
    ),
    "priority_1_not_escalated": (
        "A priority 1 would not start the escalation.",
        'Add [[escalation.automatic]] with trigger = "priority_1_opened" and priorities = [1].',
    ),
    "number_too_small": ("{value} is too small here.", "Write 1 or more."),
    # rooms, crises, reports
    "not_a_room": (
        "“{value}” cannot be the name of a Slack channel.",
        "Use up to 80 small letters, digits, “-” and “_”, without “#”; or a channel id.",
    ),
    "room_twice": (
        "The room “{value}” is already used for another purpose.",
        "Give each purpose its own room: the client must not read the provider's own.",
    ),
    "not_a_room_prefix": (
        "“{value}” cannot begin the name of a Slack channel.",
        "Use up to 40 small letters, digits, “-” and “_”.",
    ),
    "role_unheld": (
        "Nobody of {firm} holds the role “{role}”.",
        "Give the role to somebody under [[people]], or take it off this list.",
    ),
    "communication_lead_missing": (
        "Nobody keeps {firm} informed during a crisis.",
        "Put the id of somebody of that firm in `communication_lead`.",
    ),
    "report_too_late": (
        "{than} before the deadline is before the closure: the report is due {value} after it.",
        "Shorten it below `within`.",
    ),
    # settings
    "setting_missing": ("The variable {variable} is not set.", "See docs/settings.md."),
    "setting_twice": (
        "Both {variable} and {variable}_FILE are set.",
        "Keep one of the two.",
    ),
    "setting_needed_by_mode": (
        "This variable is not set, and the mode “{mode}” needs it.",
        "Set it, or change ESCALADE_MODE (socket or http).",
    ),
    "setting_token": (
        "This is not the token expected here: that one begins with “{beginning}”, without quotes.",
        "Copy it again from the pages of your Slack app (api.slack.com/apps).",
    ),
    "setting_url": (
        "“{value}” is not an address.",
        "Write https://slack.com/api/, or http://127.0.0.1:8700/api/ for a local workspace.",
    ),
    "setting_database": (
        "This is not the address of a database Escalade knows.",
        "Write sqlite+aiosqlite:///var/escalade.db, or postgresql://user@host/name.",
    ),
    "setting_no_contract": (
        "There is no contract file in “{value}”.",
        "Name .toml files, or folders that hold some, parted by commas.",
    ),
    "setting_file_gone": ("The file {file} cannot be read.", "Check its path and its rights."),
    "setting_no_text": (
        "The file {file} is not UTF-8 text.",
        "Save it again with the encoding UTF-8; it holds the secret and nothing else.",
    ),
    "setting_many_lines": (
        "This secret has several lines, or characters that nobody sees, within it.",
        "Copy it again; it stands alone on one line.",
    ),
    "setting_prefix": (
        "“{value}” cannot begin a slash command.",
        "Use up to 31 small letters, digits, “-” and “_”.",
    ),
    "setting_commands": (
        "“{part}” gives no slash command its name.",
        (
            "Write name=command, parted by commas; "
            "the commands are incident, escalate, crisis and report."
        ),
    ),
    "setting_mail_from": (
        "Mails need a sender, and “{value}” is not a mail address.",
        "Write escalade@example.org, or Escalade <escalade@example.org>.",
    ),
    "setting_seconds": (
        "“{value}” is not a number of seconds.",
        "Write a whole number from 1 to 86400.",
    ),
    "setting_port": ("“{value}” is not a port.", "Write a number from 1 to 65535."),
    "setting_proxy": (
        "This names no proxy that Escalade can use.",
        (
            "Write http://host:port (for mail no https://), or name what is "
            "reached without it in NO_PROXY."
        ),
    ),
    "setting_clock": (
        "“{part}” does not set the clock.",
        "Write speed=60,from=2026-07-14T03:00+02:00,at=1784000000; each part is optional.",
    ),
}
