"""Faults in words: what is wrong and how to mend it, in English and in French."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from config import fault_words_en, fault_words_fr
from config.faults import Fault

_LANGUAGES = {"en": fault_words_en, "fr": fault_words_fr}
LANGUAGES = tuple(_LANGUAGES)
_FIRM_FACTS = ("firm", "asked")


@dataclass(frozen=True, slots=True)
class Words:
    """A fault as people read it."""

    what: str
    remedy: str


def words(fault: Fault, language: str = "en") -> Words:
    """What is wrong and how to mend it; in English for a language nobody wrote."""
    table = _LANGUAGES.get(language, fault_words_en)
    what, remedy = table.WORDS[fault.code]
    facts = _Facts(
        {name: _said(name, value, table.FIRMS, table.NONE) for name, value in fault.facts.items()}
    )
    said = Words(what.format_map(facts), remedy.format_map(facts))
    if fault.other_line is not None:
        see = table.SEE.format(line=fault.other_line)
        said = Words(said.what.removesuffix(".") + see + ".", said.remedy)
    if fault.facts.get("suggestion"):
        said = Words(said.what, table.MEANT.format_map(facts) + " " + said.remedy)
    return said


def report_of(faults: Iterable[Fault], language: str = "en") -> str:
    """All faults, one paragraph each, as `escalade check` prints them without colours."""
    table = _LANGUAGES.get(language, fault_words_en)
    paragraphs = []
    for fault in faults:
        said = words(fault, language)
        where = [fault.source] if fault.source else []
        where += [table.LINE.format(line=fault.line)] if fault.line else []
        where += [fault.place] if fault.place else []
        paragraphs.append(f"{', '.join(where) or table.FILE}\n  {said.what}\n  → {said.remedy}")
    return "\n".join(paragraphs)


class _Facts(dict[str, str]):
    """Facts for `format_map`; one that is missing shows as its name rather than fail."""

    def __missing__(self, key: str) -> str:
        return key


def _said(name: str, value: object, firms: Mapping[str, str], none: str) -> str:
    if name in _FIRM_FACTS:
        return firms.get(str(value), str(value))
    if isinstance(value, tuple | list):
        return ", ".join(str(one) for one in value) or none
    return str(value)
