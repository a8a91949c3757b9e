"""Events of monitoring: where they come from, and how each is read (Rule EVT-1)."""

from __future__ import annotations

from dataclasses import field
from functools import cached_property
from typing import Literal

from escalation.base.durations import Duration
from escalation.base.evolve import replace
from escalation.base.value import Value


class EventPaths(Value):
    """Paths of each value in what a source posts; "" as its kind has it.

    `labels.site | labels.place` takes the first that is there, `$.status` begins at the whole
    body, `=vpn` is the value itself.
    """

    events: str = ""
    component: str = ""
    severity: str = ""
    site: str = ""
    group: str = ""
    alert: str = ""
    occurrence: str = ""
    at: str = ""
    title: str = ""
    text: str = ""
    clears: str = ""


class EventSource(Value):
    """A source of events. `key` and `signed` name where its secret and its signature stand.

    `components`, `sites` and `severities` translate its words; severity 0 opens no incident.
    """

    id: str
    kind: Literal["alertmanager", "grafana", "zabbix", "centreon", "json"]
    key: str
    signed: str = ""
    signed_at: str = ""
    paths: EventPaths = field(default_factory=EventPaths)
    cleared: tuple[str, ...] = ()
    components: dict[str, str] = field(default_factory=dict)
    sites: dict[str, str] = field(default_factory=dict)
    severities: dict[str, int] = field(default_factory=dict)

    @cached_property
    def complete(self) -> EventSource:
        """The source, with what its kind has where the contract says nothing."""
        usual = USUAL[self.kind]
        given = {name: value for name, value in vars(self.paths).items() if value}
        return replace(
            self,
            paths=replace(usual.paths, **given),
            cleared=self.cleared or usual.cleared,
            severities={**usual.severities, **self.severities},
        )


class EventRules(Value):
    """Rules of the contract about events. Without `sources`, there are none.

    `room` is told of what belongs to no component; events of one component that come `together`
    are one incident; a source that flaps is asked about once it was `quiet` for so long.
    """

    sources: tuple[EventSource, ...] = ()
    room: str = "provider"
    together: Duration = Duration(seconds=600)
    quiet: Duration = Duration(seconds=600)


_PROMETHEUS = EventSource(
    id="",
    kind="alertmanager",
    key="",
    paths=EventPaths(
        events="alerts",
        component="labels.component | labels.service",
        severity="labels.severity",
        site="labels.site",
        group="$.groupKey",
        alert="fingerprint",
        occurrence="startsAt",
        at="startsAt",
        title="annotations.summary | labels.alertname",
        text="annotations.description",
        clears="status",
    ),
    cleared=("resolved",),
    severities={"critical": 1, "error": 2, "warning": 3, "info": 0},
)

USUAL = {
    "alertmanager": _PROMETHEUS,
    "grafana": _PROMETHEUS,
    "zabbix": EventSource(
        id="",
        kind="zabbix",
        key="",
        paths=EventPaths(
            component="tags.component | host",
            severity="severity",
            site="tags.site",
            group="trigger_id",
            alert="trigger_id",
            occurrence="event_id",
            at="at",
            title="name",
            text="text",
            clears="value",
        ),
        cleared=("0",),
        severities={"5": 1, "4": 2, "3": 3, "2": 3, "1": 0, "0": 0},
    ),
    "centreon": EventSource(
        id="",
        kind="centreon",
        key="",
        paths=EventPaths(
            component="component | host",
            severity="state",
            site="site",
            group="host",
            alert="host + service | host",
            at="at",
            title="output",
            text="text",
            clears="state",
        ),
        cleared=("ok", "up"),
        severities={"critical": 1, "down": 1, "unreachable": 2, "warning": 3, "unknown": 3},
    ),
    "json": EventSource(id="", kind="json", key=""),
}
