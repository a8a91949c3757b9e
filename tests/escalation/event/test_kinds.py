"""What each kind of source posts is read as docs/events.md has it posted (Rule EVT-1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from escalation.contract import EventRules, EventSource
from escalation.event.mapping import Reading, WrongShape, by_component, read
from escalation.records.kinds import EVENT
from tests.agreement import agreement, paris
from tests.escalation.event.test_taking import Watched

NOW = paris("2026-07-15 12:00")
MINE = {"srv-mail-01": "mail", "srv-mail-02": "mail"}


def source(kind: Any) -> EventSource:
    return EventSource(id=kind, kind=kind, key="ESCALADE_EVENTS_X", components=MINE)


def one(kind: str, body: dict[str, Any]) -> Reading:
    """The event of a body."""
    contract = agreement(events=EventRules(sources=(source(kind),)))
    (reading,) = read(contract, source(kind), body, NOW)
    return reading


def zabbix(**more: Any) -> dict[str, Any]:
    """What the script of a media type posts, from Zabbix's macros."""
    return {
        "name": "Queue is full", "value": "1", "severity": "4", "event_id": "812",
        "trigger_id": "77", "host": "srv-mail-01", "tags": [{"tag": "scope", "value": "x"}], **more,
    }  # fmt: skip


def centreon(**more: Any) -> dict[str, Any]:
    """What a notification command posts, from Centreon's macros."""
    return {
        "host": "srv-mail-01", "service": "disk", "state": "CRITICAL", "output": "Disk 98 %",
        "at": "1784109300", **more,
    }  # fmt: skip


def test_evt_1_zabbix_says_component_severity_occurrence_and_end() -> None:
    reading = one("zabbix", zabbix())
    assert (reading.component, reading.seen.severity, reading.seen.occurrence) == ("mail", 2, "812")
    assert (reading.seen.title, reading.seen.firing) == ("Queue is full", True)
    tagged = zabbix(tags=[{"tag": "component", "value": "wiki"}], severity="1")
    assert (one("zabbix", tagged).component, one("zabbix", tagged).ignored) == ("wiki", True)
    assert not one("zabbix", zabbix(value="0")).seen.firing


def test_evt_1_centreon_says_component_severity_and_end() -> None:
    reading = one("centreon", centreon())
    assert (reading.component, reading.seen.severity) == ("mail", 1)
    assert reading.seen.began == paris("2026-07-15 11:55")
    down = centreon(service="", state="DOWN", output="Host down")
    assert (one("centreon", down).seen.severity, one("centreon", down).seen.firing) == (1, True)
    assert not one("centreon", centreon(state="OK")).seen.firing
    assert not one("centreon", down | {"state": "UP"}).seen.firing


def test_evt_1_what_is_named_by_two_places_needs_both_and_each_a_text() -> None:
    odd = centreon(service={"name": "disk"})
    with pytest.raises(WrongShape, match="host \\+ service"):
        one("centreon", odd)
    alone, unlike = one("centreon", centreon(service="")), one("centreon", centreon())
    assert alone.seen.alert not in {
        unlike.seen.alert,
        one("centreon", centreon(host="x")).seen.alert,
    }


def test_evt_1_grafana_posts_as_alertmanager_does() -> None:
    alert = {"status": "firing", "labels": {"component": "mail", "severity": "error"},
             "fingerprint": "f", "startsAt": "2026-07-15T09:00:00Z"}  # fmt: skip
    body = {"groupKey": "g", "alerts": [alert]}
    grafana, prometheus = one("grafana", body), one("alertmanager", body)
    assert (grafana.component, grafana.seen.severity) == ("mail", 2)
    assert grafana.seen == replace(prometheus.seen, source="grafana")


@pytest.mark.parametrize(
    ("kind", "bodies"),
    [
        ("centreon", [centreon(), centreon(host="srv-mail-02")]),
        ("centreon", [centreon(), centreon(service="load")]),
        ("centreon", [centreon(), centreon(service="", state="DOWN")]),
        ("zabbix", [zabbix(), zabbix(trigger_id="78", event_id="813")]),
    ],
)
def test_evt_1_two_alerts_of_one_component_are_two_and_end_each_for_itself(
    kind: str, bodies: list[dict[str, Any]]
) -> None:
    story = Watched(agreement(events=EventRules(sources=(source(kind),))))
    ends = {"centreon": {"state": "OK"}, "zabbix": {"value": "0"}}[kind]

    def post(body: dict[str, Any]) -> Any:
        for (component, _), reading in by_component([one(kind, body)]):
            story.take(component, reading.seen)
        (event,) = story.memory.list(EVENT, "acme")
        return event

    for body in bodies:
        event = post(body)
    assert (event.count, event.firing) == (2, 2)
    assert (post(bodies[0] | ends).firing, post(bodies[1] | ends).firing) == (1, 0)
