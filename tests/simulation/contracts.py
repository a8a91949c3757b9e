"""The contracts of the histories: those of the example, with what it leaves out."""

from __future__ import annotations

from tests.scenarios.scene import LITTORAL, RIVAGE

_SITES = """
[[sites]]
id = "brest"
name = "Agence de Brest"
contacts = [{ name = "Maud Le Bris", phone = "+33 2 61 91 05 01" }]

[[sites]]
id = "cayenne"
name = "Agence de Cayenne"
timezone = "America/Cayenne"
contacts = [{ name = "Luc Roche", phone = "+594 5 94 00 00 01" }]
"""
_KEYS = (
    "ESCALADE_EVENTS_",
    "ESCALADE_EVENTS_LITTORAL_",
)  # each firm's monitoring has keys of its own
SECRETS = {f"{key}ALERTMANAGER": f"secret of {key}" for key in _KEYS}


def _sooner(text: str) -> str:
    """Problems are late, fixed and closed within a history; two incidents are a recurrence."""
    before, chapter, problems = text.partition("[problems]")
    for old, new in (
        ('analysis_within = "8 working days"', 'analysis_within = "2h"'),
        ('remind_every = "2 working days"', 'remind_every = "45m"'),
        ('watched_for = "30d"', 'watched_for = "50m"'),
        ("incidents = 3  ", "incidents = 2  "),
        ("like = 80 ", "like = 50 "),
    ):
        assert old in problems, old
        problems = problems.replace(old, new, 1)
    return before + chapter + problems + _SITES


CONTRACTS = (_sooner(RIVAGE), _sooner(LITTORAL.replace(*_KEYS)))
