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
CONTRACTS = (RIVAGE + _SITES, LITTORAL + _SITES)
