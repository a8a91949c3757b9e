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
    """Problems, changes and boards end, or are late, within a history; two incidents recur."""
    before, head, rest = text.partition("[problems]")
    for old, new in (
        ('analysis_within = "8 working days"', 'analysis_within = "2h"'),
        ('study_within = "8 working days"', 'study_within = "2h"'),
        ('remind_every = "2 working days"', 'remind_every = "45m"'),
        ('remind_before = "1d"', 'remind_before = "3m"'),
        ('watched_for = "30d"', 'watched_for = "50m"'),
        ("incidents = 3  ", "incidents = 2  "),
        ("like = 80 ", "like = 50 "),
        ('papers_before = "2 working days"', 'papers_before = "2m"'),
        ('decide_within = "3 working days"', 'decide_within = "20m"'),
        ('remind_every = "8h coverage"', 'remind_every = "10m"'),
    ):
        assert old in rest, old
        rest = rest.replace(old, new)
    return before + head + rest + _SITES


CONTRACTS = (_sooner(RIVAGE), _sooner(LITTORAL.replace(*_KEYS)))
