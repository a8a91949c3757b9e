"""Sources of events, and what depends on what (Rules EVT-1, CFG-1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from config.checks.gatherings import possible_room
from config.checks.references import LONGEST_OF_PROCESS, named, simple, twice
from config.faults import Fault, Where, fault
from escalation.contract import Contract, EventSource

SEVERITIES = range(5)  # 0 opens no incident
_VARIABLE = re.compile(r"ESCALADE_EVENTS_[A-Z0-9_]{1,60}")
_HEADER = re.compile(r"[A-Za-z0-9-]{1,60}")


def sources(contract: Contract) -> Iterator[Fault]:
    """Each source has an address and a secret of its own, and says components that there are."""
    sources = contract.events.sources
    ids: list[tuple[Where, str]] = [
        (("events", "sources", i, "id"), source.id) for i, source in enumerate(sources)
    ]
    yield from twice("id_twice", ids)
    room = contract.events.room
    if room != "provider" and not possible_room(room):
        yield fault("not_a_room", ("events", "room"), value=room)
    if room in {"shared", contract.rooms.shared, *contract.rooms.crisis_pool}:
        yield fault("room_twice", ("events", "room"), value=room)  # the client would read it
    for i, source in enumerate(sources):
        yield from _source(contract, source, ("events", "sources", i))


def _source(contract: Contract, source: EventSource, where: Where) -> Iterator[Fault]:
    yield from simple((*where, "id"), source.id, LONGEST_OF_PROCESS)
    if not _VARIABLE.fullmatch(source.key):
        # never the value itself: it may be the secret
        yield fault("not_a_key_variable", (*where, "key"))
    for name in ("signed", "signed_at"):
        value = getattr(source, name)
        if value and not _HEADER.fullmatch(value):
            yield fault("not_a_header", (*where, name), value=value)
    paths = source.complete.paths
    if not paths.component:
        yield fault("no_component_path", where)
    if paths.clears and not source.complete.cleared:
        yield fault("nothing_clears", (*where, "paths", "clears"))
    known = [component.id for component in contract.components]
    for word, component in source.components.items():
        yield from named("unknown_component", (*where, "components", word), component, known)
    for word, site in source.sites.items():
        known_sites = [each.id for each in contract.sites]
        yield from named("unknown_site", (*where, "sites", word), site, known_sites)
    for word, severity in source.severities.items():
        yield from named("not_a_severity", (*where, "severities", word), severity, SEVERITIES)


def dependencies(contract: Contract) -> Iterator[Fault]:
    """Check that what a component needs is in the catalogue, and nothing needs itself in turn."""
    known = [component.id for component in contract.components]
    for i, component in enumerate(contract.components):
        where: Where = ("components", i, "depends_on")
        for j, needed in enumerate(component.depends_on):
            yield from named("unknown_component", (*where, j), needed, known)
        yield from twice(
            "named_twice", [((*where, j), x) for j, x in enumerate(component.depends_on)]
        )
        back = [x for x in component.depends_on if component.id in (x, *contract.depends_on(x))]
        if back:
            yield fault("depends_in_a_circle", where, value=component.id, through=back[0])


CHECKS = (sources, dependencies)
