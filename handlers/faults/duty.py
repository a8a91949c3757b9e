"""Faults of the hours, days, rotas and durations of a contract."""

from __future__ import annotations

from handlers.words.texts import msg

SENTENCES = {
    "unknown_time_zone": (
        msg("The time zone “%(value)s” does not exist."),
        msg('Use a name of the IANA list, such as "Europe/Paris".'),
    ),
    "unknown_country": (
        msg("No public holidays are known for the country “%(value)s”."),
        msg(
            'Use the two letters of ISO 3166, such as "FR"; or set public_holidays = false and '
            "list closed_days."
        ),
    ),
    "unknown_region": (
        msg("No public holidays are known for the region “%(value)s” of %(country)s."),
        msg("Known regions: %(known)s."),
    ),
    "unknown_day": (
        msg("“%(value)s” is neither a day nor the name of a public holiday in %(country)s."),
        msg('Write 2026-12-24, "12-24" for each year, or one of: %(known)s.'),
    ),
    "day_as_on_paper": (
        msg("“%(value)s” is not how the file writes a day."),
        msg('Write 2026-12-24, or "12-24" for that day of each year.'),
    ),
    "not_a_holiday": (
        msg("“%(value)s” is no public holiday here (%(country)s): it is a working day already."),
        msg("Correct it, or take it off this list."),
    ),
    "not_a_day_off": (
        msg(
            "“%(value)s” is neither a day off of the contract nor a half-day: "
            "%(name)s works on it already."
        ),
        msg("Correct it, or take it off this list."),
    ),
    "day_said_twice": (
        msg("Two things are said of “%(value)s”."),
        msg("Say it once: as a closed day, a half-day, or a public holiday that is worked."),
    ),
    "half_day_without_hours": (
        msg("Nothing says which half of “%(value)s” is closed."),
        msg(
            'Add closes = "12:00" for a closed afternoon, or opens = "13:00" for a closed morning.'
        ),
    ),
    "half_day_never_open": (
        msg("Nothing is left of the coverage hours on “%(value)s”."),
        msg("Correct `opens` or `closes`, or put the day into closed_days."),
    ),
    "hours_listed": (
        msg("These hours are written as several tables."),
        msg(
            "Write [%(place)s] once, and each further stretch in its `also`: "
            'also = [{ opens = "13:30", closes = "17:00", days = ["mon"] }].'
        ),
    ),
    "hours_without_days": (
        msg("These hours open on no day of the week."),
        msg('List the days, such as ["mon", "tue"], or set always = true.'),
    ),
    "hours_never_open": (
        msg("These hours open and close at the same time, %(opens)s."),
        msg("Correct one of the two; for round the clock, set always = true."),
    ),
    "hours_overlap": (
        msg("Two windows of these hours overlap (%(day)s)."),
        msg("Let one begin when the other has ended."),
    ),
    "rota_empty": (
        msg("The rota “%(rota)s” names nobody: outside coverage nobody would be on call."),
        msg("Name at least one person in `people`."),
    ),
    "rota_turn_too_short": (
        msg("A turn of %(value)s days is not possible."),
        msg("Write 1 or more."),
    ),
    "rota_changes_not_ascending": (
        msg("This change of the rota “%(rota)s” starts on %(starts)s, not after %(before)s."),
        msg("Write changes in the order of their days, each after the first day of the rota."),
    ),
    "rota_unused": (
        msg("No post uses the rota “%(rota)s”: whoever is on call would never be called."),
        msg('Add on_call = "%(rota)s" to the post of an echelon, or remove the rota.'),
    ),
    "override_backwards": (
        msg("This swap ends (%(end)s) before it begins (%(start)s)."),
        msg("Correct `start` or `end`."),
    ),
    "overrides_overlap": (
        msg("Two swaps of the rota “%(rota)s” overlap: two people would be on call."),
        msg("Make the first end where the second begins."),
    ),
    "duration_zero": (
        msg("This duration is zero."),
        msg('Write some time, such as "15m".'),
    ),
    "working_days_here": (
        msg("“%(value)s” is too coarse here: one call would be days from the next."),
        msg('Use minutes or hours: "15m", "4h coverage".'),
    ),
}
