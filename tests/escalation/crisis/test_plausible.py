"""When a crisis cell is offered."""

from dataclasses import replace

from escalation.crisis.plausible import plausible
from escalation.decision.commands.ladder import EscalateUp
from tests.escalation.crisis.story import Cell


def test_cri_1_a_cell_is_offered_where_the_service_fails_gravely_or_is_about_to() -> None:
    cell = Cell()
    told = {
        priority: plausible(cell.contract, cell[cell.incident(component=component, severity=2)])
        for priority, component in ((2, "vpn"), (3, "wiki"), (4, "kiosk"))
    }
    assert told == {2: True, 3: False, 4: False}
    assert plausible(cell.contract, cell[cell.incident(severity=None)]), "nobody has said yet"


def test_cri_1_a_missed_restoration_or_an_escalation_that_climbed_makes_it_plausible() -> None:
    cell = Cell()
    quiet = cell.incident(component="wiki", severity=2)
    assert plausible(cell.contract, replace(cell[quiet], missed=("restore",)))
    cell.do(EscalateUp, "tom", quiet, reason="We are stuck")
    assert not plausible(cell.contract, cell[quiet]), "operations talk to operations"
    cell.do(EscalateUp, "tom", quiet, reason="We are stuck")
    assert plausible(cell.contract, cell[quiet])
