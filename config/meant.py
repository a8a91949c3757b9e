"""Guess what was meant by a value that the file cannot take: "15/05/2026", "10 min", "7h30".

Each gives the value as the file writes it, or "" where it cannot be told.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

from escalation.base.durations import Clock, Duration
from escalation.contract import DayName
from escalation.contract.names import folded

_PARTED = r"\s*[-/.\u2010-\u2015]\s*"
_YEAR_FIRST = re.compile(
    rf"(\d{{4}}){_PARTED}(\d{{1,2}}){_PARTED}(\d{{1,2}})|(\d{{4}})(\d\d)(\d\d)"
)
_YEAR_LAST = re.compile(rf"(\d{{1,2}}){_PARTED}(\d{{1,2}})(?:{_PARTED}(\d{{4}}|\d{{2}}))?")
_WEEKDAY = "(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)"
_BEFORE = rf"(?:(?:le|the)\s+)?(?:{_WEEKDAY}[a-z]*\.?,?\s+)?"
_NUMBER = r"(\d{1,2})(?:er|st|nd|rd|th)?"
_DAY_MONTH = re.compile(rf"{_BEFORE}{_NUMBER}\s+([a-z]+)\.?,?(?:\s+(\d{{4}}))?")
_MONTH_DAY = re.compile(rf"{_BEFORE}([a-z]+)\.?\s+{_NUMBER},?(?:\s+(\d{{4}}))?")
_MONTHS = (
    "janvier january", "fevrier february", "mars march", "avril april", "mai may", "juin june",
    "juillet july", "aout august", "septembre september", "octobre october", "novembre november",
    "decembre december",
)  # fmt: skip
_LATELY = range(20, 50)  # which years of two figures are ours
_TIME = re.compile(r"(\d{1,2})\s*(?:[:h.]\s*(\d\d)?(?::\d\d)?)?\s*(am|pm)?")
_MOMENT = re.compile(r"(.*\d{2})\s*(?:t|,|\s|\sa|\sat)\s*(\d{1,2}\s*[:h]\s*\d{0,2}(?::\d\d)?)")
_NOON = {"midi": "12:00", "noon": "12:00", "minuit": "00:00", "midnight": "00:00"}
_WEEK = dict(zip(("lun", "mar", "mer", "jeu", "ven", "sam", "dim"),
                 ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), strict=True))  # fmt: skip
_TRUTHS = dict.fromkeys(("oui", "vrai", "yes", "on", "true"), "true")
_TRUTHS |= dict.fromkeys(("non", "faux", "no", "off", "false"), "false")
_SECONDS = {
    1: "s sec secs second seconds seconde secondes",
    60: "m mn min mins minute minutes ' \u2032",
    3600: "h hr hrs hour hours heure heures",
    86400: "d day days j jr jour jours wd jo",
    604800: "w wk week weeks sem semaine semaines",
}
_UNITS = {unit: seconds for seconds, units in _SECONDS.items() for unit in units.split()}
_COVERED = ("coverage", "covered", "couverture", "ouvr", "service", "work", "business", "bureau")
_IDLE = {"of", "de", "en", "d", "and", "et", "calendar", "calendaire", "calendaires"}
_ROUND = re.compile(r"24\s*h?\s*/\s*(?:24|7)|7\s*[jd]?\s*/\s*7")
_PART = re.compile(r"(\d+(?:[.,]\d+)?|\b(?:une?|one|an)\b)|([a-z]+|['\u2032])|[\s,.]+")


def day(written: str) -> str:
    """A day as the file writes it: 2026-05-15; 12-24 where it is one of each year."""
    said = folded(written)
    if found := _YEAR_FIRST.fullmatch(said):
        year, month, number = (group for group in found.groups() if group)
        return _day(number, month, year)
    if found := _YEAR_LAST.fullmatch(said):
        return _year_last(*found.groups())
    if found := _DAY_MONTH.fullmatch(said):
        return _day(found[1], _month(found[2]), found[3])
    if found := _MONTH_DAY.fullmatch(said):
        return _day(found[2], _month(found[1]), found[3])
    return ""


def is_figures(written: str) -> bool:
    """Return whether it can only be meant as a day, be there one like it or not: 31/02/2026."""
    return bool(_YEAR_FIRST.fullmatch(written) or _YEAR_LAST.fullmatch(written))


def _year_last(first: str, second: str, year: str | None) -> str:
    """Day first, as both languages here write it; month first where that alone is a day."""
    usual = _day(first, second, year) or _day(second, first, year)
    if year is None or len(year) == 4:
        return usual
    readings = {_day(first, second, f"20{year}")} if int(year) in _LATELY else set()
    readings |= {_day(year, second, f"20{first}")} if int(first) in _LATELY else set()
    readings.discard("")
    return readings.pop() if len(readings) == 1 else ""


def _day(number: str, month: str, year: str | None) -> str:
    try:
        found = date(int(year or 2024), int(month or 0), int(number))  # 2024 has a 29 February
    except ValueError:
        return ""
    return found.isoformat() if year else f"{found:%m-%d}"


def _month(word: str) -> str:
    found = [
        number
        for number, names in enumerate(_MONTHS, start=1)
        if len(word) >= 3 and any(name.startswith(word) for name in names.split())
    ]
    return str(found[0]) if len(found) == 1 else ""


def time_of_day(written: str) -> str:
    """A time of day as the file writes it: 7h30, 7:30, 7.30 pm, midi."""
    said = folded(written)
    if said in _NOON:
        return _NOON[said]
    found = _TIME.fullmatch(f"{said[:-2]}:{said[-2:]}" if re.fullmatch(r"\d{3,4}", said) else said)
    if found is None:
        return ""
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return ""
    return f"{hour % 24:02}:{minute:02}"


def moment(written: str) -> str:
    """A day with its time as the file writes it: 15/08/2026 à 9h."""
    found = _MOMENT.fullmatch(folded(written))
    first, at = (day(found[1]), time_of_day(found[2])) if found else ("", "")
    return f"{first}T{at}:00" if len(first) == 10 and at else ""


def duration(written: str) -> str:
    """A duration as the file writes it: 10 min, 1h30, 2 jours ouvrés, J+7, PT15M."""
    said = folded(written).replace("\u2019", "'").strip(" .")
    if found := re.fullmatch(r"[jdt]\s*\+\s*(\d+)", said):
        return str(Duration(days=int(found[1]), clock=Clock.WORKING_DAYS))
    if found := re.fullmatch(r"(\d{1,2}):(\d\d)", said):
        said = f"{found[1]}h {found[2]}m"
    if re.fullmatch(r"p(?:\d+[dw])?(?:t(?:\d+[hms])+)?", said) and len(said) > 2:
        said = said[1:].replace("t", " ")
    return _counted(_ROUND.sub(" ", said))


def _counted(said: str) -> str:
    """The duration that numbers, units and the words of a clock add up to."""
    seconds, working, unit, number, covered = 0.0, 0.0, 0, "", False
    parts = list(_PART.finditer(said))
    if "".join(part[0] for part in parts) != said:
        return ""
    for count, word in (part.groups() for part in parts):
        if count:
            if number:
                return ""
            number = count
        elif word in _UNITS and number:
            unit, much = _UNITS[word], float(number.replace(",", ".")) if number[0].isdigit() else 1
            seconds, number = seconds + much * unit, ""
            working += {86400: 1, 604800: 5}.get(unit, 0) * much
            covered = covered or word in {"wd", "jo"}
        elif word and word.startswith(_COVERED):
            covered = True
        elif word and word not in _IDLE and not (word in _UNITS and covered):
            return ""
    if unit == 3600 and len(number) == 2:  # 1h30
        seconds, number = seconds + int(number) * 60, ""
    return "" if number else _on_clock(seconds, working, covered and unit >= 86400, covered)


def _on_clock(seconds: float, working: float, in_days: bool, covered: bool) -> str:
    """The duration of so many seconds, or working days; "" where the file has none like it."""
    if not seconds or seconds % 1 or (covered and working and not in_days) or working % 1:
        return ""
    if in_days:
        return str(Duration(days=int(working), clock=Clock.WORKING_DAYS))
    clock = Clock.COVERAGE if covered else Clock.ROUND_THE_CLOCK
    return str(Duration(seconds=int(seconds), clock=clock))


def weekday(written: str) -> str:
    """A day of the week as the file writes it: lundi."""
    return _WEEK.get(folded(written)[:3], "")


def truth(written: str) -> str:
    """Yes or no as the file writes it: oui."""
    return _TRUTHS.get(folded(written), "")


def number(written: str) -> str:
    """A number as the file writes it: 75 %."""
    found = re.fullmatch(r"(\d+)\s*(?:%|x|fois|times)?", folded(written))
    return found[1] if found else ""


_READERS: dict[Any, Any] = {
    date: lambda text: found if len(found := day(text)) == 10 else "",
    datetime: moment,
    time: time_of_day,
    Duration: duration,
    bool: truth,
    int: number,
    DayName: day,
}


def meant(kind: Any, written: object) -> str:
    """Return what was probably meant where a value of that type is expected."""
    reader = _READERS.get(kind)
    plain = isinstance(written, str) or (isinstance(written, int) and kind is not Duration)
    return reader(str(written)) if reader and plain else ""
