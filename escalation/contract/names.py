"""Tell who is meant by a name, as people write it (Rule ORG-3).

One matching for typed lines, forms and calendars: without accents, in any case and order, with
initials. Where nobody answers to a name, the names near it are offered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from functools import cache, lru_cache

from escalation.contract import Contract, Person

MOST_NEAR = 3
SHORTEST_BEGINNING = 3
MOST_WORDS = 12  # no name is longer, nor in characters:
LONGEST = 120
REMEMBERED = 20_000  # names of contracts, as they are compared
_NEAR_ENOUGH = 0.7
_MISSPELT = 0.8  # the least likeness of a word and its misspelling
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = re.compile(r"(?<=\w)['\u2018\u2019\u02bc\uff07](?=\w)")
# letters that Unicode does not take apart into a letter and an accent
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "œ": "oe", "æ": "ae", "þ": "th"}
)


def folded(text: str) -> str:
    """A text as it is compared: no accents, no case, nothing invisible, one space for many."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = (c for c in apart if unicodedata.category(c) not in {"Mn", "Cf"})
    return " ".join("".join(kept).translate(_LETTERS).split())


def words(text: str) -> list[str]:
    """The words of a name or text, folded: "Le Gall-O'Neil" → le, gall, oneil."""
    return _WORD.findall(_APOSTROPHES.sub("", folded(text)))


@lru_cache(maxsize=REMEMBERED)
def _folded(known: str) -> str:
    return folded(known)


@lru_cache(maxsize=REMEMBERED)
def _name(person_name: str) -> list[str]:
    return words(person_name)


def people_named(people: Sequence[Person], text: str, *, beginnings: bool = True) -> list[Person]:
    """Those of these people that a name stands for, by the strictest reading that fits anybody.

    An id or e-mail; the name as it is written; the same without accents; its words in another
    order; some of its words; words and initials, "Moreau I."; with `beginnings`, beginnings of
    words, "Berg". Several where several answer to it.
    """
    said, given = text.strip(), words(text)
    plain = folded(text)
    if not given or len(given) > MOST_WORDS or len(text) > LONGEST:
        return []
    joined, composed = "".join(given), _composed(said)
    readings: list[Callable[[Person], bool]] = [
        lambda p: said.casefold() in (p.id.casefold(), p.email.casefold()),
        lambda p: plain in (_folded(p.id), _folded(p.email)),
        lambda p: composed == _composed(p.name),
        lambda p: given == _name(p.name),
        lambda p: sorted(given) == sorted(_name(p.name)) or joined == "".join(_name(p.name)),
        lambda p: plain == _folded(p.email).partition("@")[0],
        lambda p: _fits(given, _name(p.name), _equal),
        lambda p: _fits(given, _name(p.name), _initial) and _any_whole(given, p),
    ]
    if beginnings:
        long = max(map(len, given)) >= SHORTEST_BEGINNING  # initials alone name nobody
        readings.append(lambda p: long and _fits(given, _name(p.name), _beginning))
    for reading in readings:
        if found := [person for person in people if reading(person)]:
            return found
    return []


def people_within(contract: Contract, text: str) -> list[Person]:
    """The people whose whole names stand in a text, the words of each in any order.

    "Astreinte : MOREAU Inès (N1)", "on call: Moreau I."; a name within a longer one of somebody
    else does not count.
    """
    said = words(text)
    for alike in (_equal, _initial):
        spans = [
            (start, start + len(name), person)
            for person in contract.people
            if (name := _name(person.name))
            for start in range(len(said) - len(name) + 1)
            if _fits(window := said[start : start + len(name)], name, alike)
            and _any_whole(window, person)
        ]
        found = {
            person.id: person
            for start, end, person in spans
            if not any(s <= start and end <= e and e - s > end - start for s, e, _ in spans)
        }
        if found:
            return list(found.values())
    return []


def near(people: Sequence[Person], text: str) -> list[Person]:
    """Those of these people whose names are like that, the most alike first; a few at the most."""
    given = words(text)
    if not given or len(given) > MOST_WORDS or len(text) > LONGEST:
        return []
    whole, ordered, as_id = (
        _likeness(joined) for joined in (" ".join(given), " ".join(sorted(given)), "-".join(given))
    )
    each = [_likeness(word) for word in given if len(word) >= SHORTEST_BEGINNING]

    def alike(person: Person) -> float:
        name = _name(person.name)
        likest = (like(word) for like in each for word in name if len(word) >= SHORTEST_BEGINNING)
        joined = (whole(" ".join(name)), ordered(" ".join(sorted(name))), as_id(_folded(person.id)))
        return max(*joined, max(likest, default=0.0))

    found = [(alike(person), person) for person in people]
    close = sorted((one for one in found if one[0] > 0), key=lambda one: -one[0])
    return [person for _, person in close[:MOST_NEAR]]


def words_met(text: str, known: str) -> int:
    """Return how many words of a text another has: whole, by their beginning, or misspelt.

    Short words count only where there are no others.
    """
    there, given = words(known), words(text)[:MOST_WORDS]

    def met(word: str) -> bool:
        like = _likeness(word)
        return any(each.startswith(word) or like(each) >= _MISSPELT for each in there)

    return sum(map(met, [word for word in given if len(word) >= SHORTEST_BEGINNING] or given))


def told_apart(people: Sequence[Person], person: Person) -> str:
    """The person's name; with the id where two of these people share it."""
    name = _name(person.name)
    alone = sum(_name(other.name) == name for other in people) == 1
    return person.name if alone else f"{person.name} ({person.id})"


def _composed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _fits(given: list[str], name: list[str], alike: Callable[[str, str], bool]) -> bool:
    """Return whether each given word is like a word of the name of its own."""
    if not given:
        return True
    first, *rest = given
    return len(given) <= len(name) and any(
        alike(first, word) and _fits(rest, [*name[:at], *name[at + 1 :]], alike)
        for at, word in enumerate(name)
    )


def _equal(given: str, word: str) -> bool:
    return given == word


def _initial(given: str, word: str) -> bool:
    return given == word or given == word[0]


def _beginning(given: str, word: str) -> bool:
    return given == word[0] or (len(given) >= SHORTEST_BEGINNING and word.startswith(given))


def _any_whole(given: Iterable[str], person: Person) -> bool:
    """Return whether one of the words is a whole word of the name."""
    name = _name(person.name)
    return any(word in name for word in given)


def _likeness(given: str) -> Callable[[str], float]:
    """Return how like a word is to the given one, from 0.7 to 1; 0 where it is not near."""
    matcher = SequenceMatcher(None, "", given)

    @cache
    def ratio(other: str) -> float:
        matcher.set_seq1(other)
        bounds = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
        return matcher.ratio() if all(bound() >= _NEAR_ENOUGH for bound in bounds) else 0.0

    return ratio
