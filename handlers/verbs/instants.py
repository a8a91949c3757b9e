"""Instants as people type them: "18h30", "demain 9h", "14/07", "Friday 5 pm"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from escalation.base.refusals import BadValue
from escalation.base.wall_clock import occurrences
from escalation.contract.names import folded
from handlers.words.texts import Texts

LONGEST = 60
END_OF_DAY = time(23, 59)
_NOON = {"midi": time(12), "noon": time(12), "minuit": time(0), "midnight": time(0)}
_AHEAD = {
    **dict.fromkeys(("today", "aujourd'hui", "aujourd hui", "ce jour"), 0),
    **dict.fromkeys(("tomorrow", "demain"), 1),
    **dict.fromkeys(("day after tomorrow", "apres-demain", "apres demain"), 2),
}
_NOW = frozenset({"now", "maintenant", "tout de suite", "right now"})
_WEEKDAYS: Mapping[str, int] = {
    name: day
    for names in (
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    )
    for day, name in enumerate(names)
}
_MONTHS: Mapping[str, int] = {
    name: month
    for names in (
        ("january", "february", "march", "april", "may", "june",
         "july", "august", "september", "october", "november", "december"),
        ("janvier", "fevrier", "mars", "avril", "mai", "juin",
         "juillet", "aout", "septembre", "octobre", "novembre", "decembre"),
    )
    for month, name in enumerate(names, 1)
}  # fmt: skip
_FILLING = re.compile(r"\b(?:le|a|on|at|the|pour|avant|by)\b|,")
_TIME = re.compile(
    r"(?<![\d/.:-])(?P<hour>\d{1,2})"
    r"(?: ?h(?: ?(?P<past>\d{2})(?: ?mi?n)?(?! (?:"
    + "|".join(_MONTHS)
    + r")))?|:(?P<minute>\d{2}))(?![\w:/])"
    r"|(?<![\d/.:-])(?P<twelve>\d{1,2})(?:[:.](?P<odd>\d{2}))? ?(?P<half>am|pm)\b"
    r"|\b(?P<word>midi|noon|minuit|midnight)\b"
)
_FROM_NOW = re.compile(
    r"(?P<ahead>\+|in|dans|d'ici)? ?(?:(?P<days>\d{1,2}) ?(?:d|days?|j|jours?))?"
    r" ?(?:(?P<hours>\d{1,2}) ?(?:h|hours?|heures?))?"
    r"(?: ?(?P<minutes>\d{1,3}) ?(?P<unit>m|mi?n|minutes?)?)?"
)
_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})([/.-])(?P<month>\d{1,2})(?:\2(?P<year>\d{4}|\d{2}))?"),
    re.compile(r"(?P<day>\d{1,2})(?:er|st|nd|rd|th)? (?P<name>[a-z]+)\.?(?: (?P<year>\d{4}))?"),
    re.compile(r"(?P<name>[a-z]+)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?(?: (?P<year>\d{4}))?"),
)


def read_instant(text: str, texts: Texts, now: datetime) -> datetime:
    """An instant as people type it, in the contract's zone, as aware UTC; "now" is the next minute.

    Lengths are from now on: "+1h", "in 2 hours", "dans 1h30", "45 min"; "1h" alone is one o'clock.

    A time of day alone ("18:30", "18h") is the next such time; a day alone ("14/07", "demain",
    "vendredi") lasts until 23:59. A day of the week is the next one, a date without a year this
    year's if that day is not over. Raises BadValue("not_an_instant").
    """
    try:
        return _read(text, texts, now).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadValue("not_an_instant", given=text[:40]) from None


def is_instant(text: str, texts: Texts) -> bool:
    """Return whether that is an instant, on whatever day it is typed."""
    try:
        read_instant(text, texts, datetime(2000, 1, 1, tzinfo=UTC))
    except BadValue:
        return False
    return True


def _read(text: str, texts: Texts, now: datetime) -> datetime:
    said = folded(text).replace("\u2019", "'")
    if len(said) > LONGEST:
        raise ValueError("no instant is so long")
    if said in _NOW:  # the minute that comes: what begins now is not begun before it is said
        return now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    if (length := _from_now(said)) is not None:
        return now + length
    if re.match(r"\d{4}-\d{2}-\d{2}[t ]\d{2}:?\d{2}", said):
        given = datetime.fromisoformat(said.upper())
        return given if given.tzinfo else _to_come([given], texts, now)
    found = _TIME.search(said)
    at_time = _time(found) if found else None
    rest = f"{said[: found.start()]} {said[found.end() :]}" if found else said
    day = " ".join(_FILLING.sub(" ", rest).split())
    local = now.astimezone(texts.zone)
    today = local.date()
    days = [today, today + timedelta(days=1)] if not day and at_time else _days(day, today)
    times = [datetime.combine(each, at_time or END_OF_DAY) for each in days]
    return _to_come(times, texts, now)


def _from_now(said: str) -> timedelta | None:
    """Return how long from now on; None where that is no length, or could be a time of day."""
    found = _FROM_NOW.fullmatch(said)
    if found is None or not (found["ahead"] or (found["unit"] and not found["hours"])):
        return None
    lengths = {name: int(found[name] or 0) for name in ("days", "hours", "minutes")}
    if not any(lengths.values()):
        return None
    return timedelta(**lengths)


def _to_come(times: list[datetime], texts: Texts, now: datetime) -> datetime:
    """The first of these times of the wall clock that is to come; the last where none is.

    A time that the night repeats may be over and to come once more.
    """
    instants = [at for each in times for at in occurrences(each, texts.zone)]
    return next((at for at in instants if at > now), instants[-1])


def _time(found: re.Match[str]) -> time:
    if found["word"]:
        return _NOON[found["word"]]
    if found["half"]:
        hour = int(found["twelve"])
        if not 1 <= hour <= 12:
            raise ValueError("there is no such hour")
        return time(hour % 12 + (12 if found["half"] == "pm" else 0), int(found["odd"] or 0))
    return time(int(found["hour"]), int(found["past"] or found["minute"] or 0))


def _days(said: str, today: date) -> list[date]:
    """The days that may be meant, in order."""
    if said in _AHEAD:
        return [today + timedelta(days=_AHEAD[said])]
    weekday = _called(said.removesuffix("."), _WEEKDAYS)
    if weekday is not None:
        day = today + timedelta(days=(weekday - today.weekday()) % 7)
        return [day, day + timedelta(days=7)]
    first, _, others = said.partition(" ")
    dated = said if _called(first.removesuffix("."), _WEEKDAYS) is None else others
    found = next((m for m in (each.fullmatch(dated) for each in _DATES) if m), None)
    if found is None:
        raise ValueError("no day that is known")
    parts = found.groupdict()
    month = int(parts.get("month") or _called(parts.get("name") or "", _MONTHS) or 0)
    if parts["year"]:
        year = int(parts["year"])
        return [date(year + 2000 if year < 100 else year, month, int(parts["day"]))]
    return [_this_years(month, int(parts["day"]), today)]


def _called(word: str, names: Mapping[str, int]) -> int | None:
    """Return which one is called so, by its name or at least three letters that begin no other."""
    begun = {number for name, number in names.items() if name.startswith(word)}
    return begun.pop() if len(word) >= 3 and len(begun) == 1 else None


def _this_years(month: int, day: int, today: date) -> date:
    """The next day of that date, today included; raises ValueError where none comes soon."""
    for year in range(today.year, today.year + 9):  # 29 February comes at least every eight years
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise ValueError("there is no such day")
