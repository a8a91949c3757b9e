"""Checks the catalogs: `python -m handlers.catalogs` exits 1 and names each fault.

Every sentence of the code stands in every catalog once, translated, with the same values to put
in, and no catalog keeps a sentence that the code has dropped. `--update` adds what is missing,
untranslated, and takes out what is unused.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from handlers.words.texts import LANGUAGES, catalog_file

ROOT = Path(__file__).parent.parent
_PART = re.compile(r'(msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s+"(.*)"')
_VALUE = re.compile(r"%\(\w+\)[sd]")
_KEYWORDS = {
    "texts": None,
    "self": None,  # Texts calling itself
    "n": (1, 2),
    "msg": None,  # marks a sentence that is looked up later
    "Kind": (2,),  # of records: its word
}
_METHODS = [
    ("handlers/**.py", "python"),
    ("bot/**.py", "python"),
    ("escalation/records/kinds.py", "python"),
    ("handlers/templates/**.html", "jinja2"),
    ("handlers/templates/**.md", "jinja2"),
]

Message = str | tuple[str, ...]


def sentences() -> dict[str, Message]:
    """Every sentence of the code: its singular → the msgid (a pair where there is a plural)."""
    found: dict[str, Message] = {}
    options = {"**": {"trim_blocks": "true"}}
    for folder in ("handlers", "bot", "escalation"):
        methods = [
            (pattern.removeprefix(f"{folder}/"), method)
            for pattern, method in _METHODS
            if pattern.startswith(f"{folder}/")
        ]
        extracted = extract_from_dir(ROOT / folder, methods, options, keywords=_KEYWORDS)
        for _file, _line, message, _comments, _context in extracted:
            singular = message if isinstance(message, str) else message[0]
            found[singular] = message
    return found


def faults(language: str) -> Iterator[str]:
    """Say what is wrong with a language's catalog, each in one line."""
    wanted, catalog = sentences(), _read(language)
    kept = {m.id if isinstance(m.id, str) else m.id[0]: m for m in catalog if m.id}
    for singular in sorted(wanted.keys() - kept.keys()):
        yield f"missing: {singular!r}"
    for singular in sorted(kept.keys() - wanted.keys()):
        yield f"no longer used: {singular!r}"
    for singular in sorted(wanted.keys() & kept.keys()):
        message = kept[singular]
        strings = [message.string] if isinstance(message.string, str) else [*(message.string or ())]
        if message.fuzzy or not all(strings):
            yield f"not translated: {singular!r}"
        values = set(_VALUE.findall(singular))
        if any(set(_VALUE.findall(s)) - values - {"%(n)s"} for s in strings) or (
            isinstance(message.id, str) and any(values - set(_VALUE.findall(s)) for s in strings)
        ):
            yield f"other values than the original: {singular!r}"


def doubled(file: str) -> Iterator[str]:
    """Say what stands twice in a catalog's text, each in one line: its reader would take one."""
    entry: dict[str, str] = {}
    entries, part = [entry], ""
    for line in file.splitlines():
        if found := _PART.fullmatch(line):
            part, words = found[1], found[2]
            if part == "msgctxt" or (part == "msgid" and entry.keys() != {"msgctxt"}):
                entry = {}
                entries.append(entry)
            if part in entry:
                yield f"translated twice: {entry['msgid']!r}"
            entry[part] = words
        elif line.startswith('"') and part:
            entry[part] += line[1:-1]
    keys = Counter((each.get("msgctxt"), each["msgid"]) for each in entries if "msgid" in each)
    yield from (f"stands twice: {msgid!r}" for (_, msgid), times in keys.items() if times > 1)


def update(language: str) -> None:
    """Add what is missing, take out what is unused, and sort."""
    catalog, old = Catalog(locale=language, project="escalade", fuzzy=False), _read(language)
    for _, message in sorted(sentences().items()):
        kept = old.get(message if isinstance(message, str) else message[0])
        catalog.add(message, kept.string if kept else "")
    out = BytesIO()
    write_po(out, catalog, omit_header=True, no_location=True, width=100)
    body = out.getvalue().decode().strip()
    catalog_file(language).write_text(f"{_header(catalog)}\n{body}\n", encoding="utf-8")


def _header(catalog: Catalog) -> str:
    """A header without dates, so that only sentences change the file."""
    fields = (
        f"Language: {catalog.locale}",
        f"Plural-Forms: {catalog.plural_forms}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    )
    return 'msgid ""\nmsgstr ""\n' + "".join(f'"{field}\\n"\n' for field in fields)


def _read(language: str) -> Catalog:
    path = catalog_file(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as source:
        return read_po(source, locale=language)


def main() -> int:
    """Check every catalog; 0 where nothing is wrong."""
    languages = [language for language in LANGUAGES if language != "en"]
    if "--update" in sys.argv:
        for language in languages:
            update(language)
    found = [
        f"{language}: {fault}"
        for language in languages
        for fault in (*doubled(catalog_file(language).read_text("utf-8")), *faults(language))
    ]
    sys.stdout.write("".join(f"{line}\n" for line in found) or "catalogs are complete\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
