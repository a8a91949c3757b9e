"""Words for the faults of a database, or of its address, in the operator's words."""

from __future__ import annotations

from handlers.words.texts import Texts
from store.errors import DatabaseRefuses, UnusableDatabase


def address_words(bad: UnusableDatabase, texts: Texts) -> str:
    """Return why the address of a database cannot be used, and what to write, by its variable."""
    facts = bad.facts
    match bad.why:
        case "no_name":
            why = texts("it names no database: write postgresql://user@host/name.")
        case "no_file":
            why = texts("it names no file: write sqlite+aiosqlite:///var/escalade.db.")
        case "garbled":
            why = texts(
                "it cannot be read. Within a password write %40 for @, %2F for /, %3F for ?, "
                "%23 for # and %25 for %; ports are numbers.",
            )
        case "option":
            why = texts("it says %(option)s, which Escalade does not know: take it out.", **facts)
        case "value":
            why = texts(
                "%(option)s is “%(value)s”; it can be one of: %(allowed)s.",
                **facts,
            )
        case "twice":
            why = texts("it says %(option)s twice, each otherwise.", **facts)
        case "binding":
            why = texts(
                "%(option)s asks for what the driver cannot do. Take it out, and have the server "
                "proven by its certificate: sslmode=verify-full with sslrootcert.",
                **facts,
            )
        case "file":
            why = texts("%(option)s names %(file)s, which cannot be read.", **facts)
        case _:
            why = texts(
                "write sqlite+aiosqlite:///var/escalade.db, or postgresql://user@host/name."
            )
    return texts(
        "%(variable)s is no address that can be used: %(why)s", variable=bad.variable, why=why
    )


def refusal_of_database(refusal: DatabaseRefuses, texts: Texts) -> str:
    """Return what the database refuses, and what to look at."""
    words = texts("The database refuses: %(why)s. Look at DATABASE_URL.", why=refusal)
    if "startup parameter" in str(refusal):
        words = texts(
            "A proxy before the database refuses: %(why)s. Say so by ESCALADE_DATABASE_DIRECT_URL "
            "(docs/operations.md).",
            why=refusal,
        )
    return words
