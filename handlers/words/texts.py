"""Words in the reader's language: gettext catalogs, and Babel for dates and durations.

Pass a `Texts` explicitly: a timer has no request to take a language from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, get_timezone_location
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from escalation.base.durations import Clock, Duration

LOCALES = Path(__file__).parent.parent / "locales"
LANGUAGES = ("en", "fr")


def msg(text: str) -> str:
    """Mark a sentence for the catalogs; it is looked up when it is shown."""
    return text


def catalog_file(language: str) -> Path:
    """The .po file of a language other than English, whose words are the msgids."""
    return LOCALES / language / "LC_MESSAGES" / "escalade.po"


def spoken(language: str | None) -> str:
    """Return which of ours a language is: "fr-FR" → "fr"; "" for one that we do not speak."""
    short = (language or "").replace("_", "-").partition("-")[0].lower()
    return short if short in LANGUAGES else ""


@cache
def _translations(language: str) -> NullTranslations:
    path = catalog_file(language)
    if language == "en" or not path.exists():
        return NullTranslations()
    with path.open("rb") as source:
        catalog = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


@dataclass(frozen=True, slots=True)
class Texts:
    """The words for one reader: `texts("Priority %(level)s", level=1)`.

    Instants are of the contract's zone, and of the reader's `own` too where it differs (CAL-5).
    """

    language: str
    zone: ZoneInfo
    own: ZoneInfo | None = None

    @classmethod
    def of(cls, language: str | None, zone: ZoneInfo, own: ZoneInfo | None = None) -> Texts:
        """The words of a language ("en", "fr", "fr-FR" …); English for one we do not speak."""
        return cls(spoken(language) or "en", zone, own)

    def __call__(self, msgid: str, /, **values: object) -> str:
        """The sentence in this language, with its values put in."""
        sentence = _translations(self.language).gettext(msgid)
        return sentence % values if values else sentence

    def n(self, singular: str, plural: str, count: int, /, **values: object) -> str:
        """The sentence for that many; `%(n)s` is the count."""
        sentence = _translations(self.language).ngettext(singular, plural, count)
        return sentence % {"n": count, **values}

    @property
    def locale(self) -> Locale:
        """Babel's locale."""
        return Locale("en", "GB") if self.language == "en" else Locale(self.language, "FR")

    def instant(self, at: datetime) -> str:
        """Day and time: "14 Jul 2026, 03:00"; with the reader's own."""
        there = format_datetime(at, "d MMM y, HH:mm", tzinfo=self.zone, locale=self.locale)
        return self._and_here(at, there)

    def time(self, at: datetime) -> str:
        """Time of day: "03:00"; with the reader's."""
        return self._and_here(at, format_time(at, "HH:mm", tzinfo=self.zone, locale=self.locale))

    def _and_here(self, at: datetime, there: str) -> str:
        """An instant in words, and what the reader's own clock shows then, where it differs."""
        if self.own is None or at.astimezone(self.own).utcoffset() == (
            at.astimezone(self.zone).utcoffset()
        ):
            return there
        same_day = at.astimezone(self.own).date() == at.astimezone(self.zone).date()
        shown = "HH:mm" if same_day else "d MMM, HH:mm"
        return self(
            "%(time)s (%(own)s in %(city)s)",
            time=there,
            own=format_datetime(at, shown, tzinfo=self.own, locale=self.locale),
            city=get_timezone_location(self.own, locale=self.locale, return_city=True),
        )

    def clock(self, at: datetime, now: datetime) -> str:
        """Time of day where `at` is today; day and time otherwise."""
        same_day = at.astimezone(self.zone).date() == now.astimezone(self.zone).date()
        return self.time(at) if same_day else self.instant(at)

    def date(self, day: date) -> str:
        """A day: "14 July 2026"."""
        return format_date(day, "d MMMM y", locale=self.locale)

    def duration(self, length: timedelta) -> str:
        """A length of time in its two greatest units: "2 h 05 min", "3 d 4 h", "40 s"."""
        seconds = int(abs(length).total_seconds())
        days, rest = divmod(seconds, 86400)
        hours, rest = divmod(rest, 3600)
        minutes, seconds = divmod(rest, 60)
        day = "j" if self.language == "fr" else "d"
        if days:
            return f"{days} {day}" + (f" {hours} h" if hours else "")
        if hours:
            return f"{hours} h" + (f" {minutes:02d} min" if minutes else "")
        if minutes:
            return f"{minutes} min" + (f" {seconds:02d} s" if seconds else "")
        return f"{seconds} s"

    def length(self, length: Duration) -> str:
        """A contract's duration, with its clock."""
        if length.clock is Clock.WORKING_DAYS:
            return self.n("%(n)s working day", "%(n)s working days", length.days)
        from_seconds = self.duration(timedelta(seconds=length.seconds))
        if length.clock is Clock.COVERAGE:
            return self("%(length)s in coverage hours", length=from_seconds)
        return from_seconds

    def labelled(self, label: str, value: str) -> str:
        """A label and its value, as the language parts them."""
        return self("%(label)s: %(value)s", label=label, value=value)

    def quoted(self, text: str) -> str:
        """A name as the language quotes it: “Audit”, « Audit »."""
        return self("“%(text)s”", text=text)

    def either(self, items: list[str]) -> str:
        """Of several any one: "a, b or c"."""
        if len(items) < 2:
            return "".join(items)
        return self("%(head)s or %(last)s", head=", ".join(items[:-1]), last=items[-1])

    def listing(self, items: list[str]) -> str:
        """A list in words: "a, b and c"."""
        if len(items) < 2:
            return "".join(items)
        return self("%(head)s and %(last)s", head=", ".join(items[:-1]), last=items[-1])
