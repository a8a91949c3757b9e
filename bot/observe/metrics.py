"""Metrics that the bot shows to Prometheus: numbers, and no names of people or records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from store.operate.audit import Figures

LATENESS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600)
ACKS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3)
WORK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
DESTINATIONS = ("person", "room", "crisis", "mail")


class Metrics:
    """One process's numbers, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.timers_armed = Gauge("escalade_timers_armed", "Timers armed", registry=registry)
        self.timers_due = Gauge("escalade_timers_due", "Timers due by now", registry=registry)
        self.timers_overdue_seconds = Gauge(
            "escalade_timers_overdue_seconds", "How long the oldest due waits", registry=registry
        )
        self.timers_set_aside = Gauge(
            "escalade_timers_set_aside", "Timers set aside after a failure", registry=registry
        )
        self.timers_fired = Counter("escalade_timers_fired", "Timers answered", registry=registry)
        self.lateness = Histogram(
            "escalade_timer_lateness_seconds",
            "From a timer's due time to its commit",
            buckets=LATENESS,
            registry=registry,
        )
        self.messages = Gauge(
            "escalade_outbox_messages", "Messages not sent yet", ["to"], registry=registry
        )
        self.oldest_message = Gauge(
            "escalade_outbox_oldest_seconds", "Age of the oldest", ["to"], registry=registry
        )
        self.oldest_urgent = Gauge(
            "escalade_outbox_oldest_urgent_seconds",
            "Age of the oldest urgent one",
            ["to"],
            registry=registry,
        )
        self.messages_failed = Gauge(
            "escalade_outbox_failed", "Messages set aside", registry=registry
        )
        self.sends = Counter(
            "escalade_sends", "Messages by what became of them", ["outcome"], registry=registry
        )
        self.calls = Counter(
            "escalade_slack_calls",
            "Calls of Slack's Web API",
            ["method", "outcome"],
            registry=registry,
        )
        self.acks = Histogram(
            "escalade_ack_seconds",
            "From what Slack sent to its acknowledgement",
            ["kind"],
            buckets=ACKS,
            registry=registry,
        )
        self.use_cases = Histogram(
            "escalade_use_case_seconds",
            "Commands carried out or refused, with their commit",
            ["use_case", "outcome"],
            buckets=WORK,
            registry=registry,
        )
        self.socket_up = Gauge(
            "escalade_socket_up", "1 while Slack can reach the bot", registry=registry
        )
        self.socket_rebuilds = Counter(
            "escalade_socket_rebuilds", "Connections rebuilt", registry=registry
        )
        self.journal_lines = Gauge(
            "escalade_journal_entries", "Lines of all journals", registry=registry
        )
        self.task_failures = Counter(
            "escalade_task_failures",
            "Background work that ended by a fault and was begun again",
            ["task"],
            registry=registry,
        )
        self.repairs = Counter(
            "escalade_repairs", "What the reconciler found and mended", ["what"], registry=registry
        )
        self.events = Counter(
            "escalade_events",
            "Events of monitoring by what became of them",
            ["source", "outcome"],
            registry=registry,
        )
        self.heartbeats = Counter(
            "escalade_heartbeats", "Signs of life sent, or withheld", ["outcome"], registry=registry
        )
        self.loop_lag = Histogram(
            "escalade_loop_lag_seconds",
            "How late the event loop is",
            buckets=WORK,
            registry=registry,
        )

    def show(self, figures: Figures, now: datetime) -> None:
        """Take over how the memory stands."""
        self.timers_due.set(figures.due)
        self.timers_overdue_seconds.set(_age(figures.due_since, now))
        self.timers_set_aside.set(figures.set_aside)
        self.messages_failed.set(figures.failed_messages)
        self.journal_lines.set(figures.journal_lines)
        for name in DESTINATIONS:
            waiting = figures.messages.get(name)
            self.messages.labels(name).set(waiting.count if waiting else 0)
            self.oldest_message.labels(name).set(_age(waiting.since if waiting else None, now))
            urgent = waiting.urgent_since if waiting else None
            self.oldest_urgent.labels(name).set(_age(urgent, now))

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self.registry)

    def value(self, name: str, labels: Mapping[str, str] | None = None) -> float:
        """One number; 0 where it was never counted."""
        return self.registry.get_sample_value(name, dict(labels or {})) or 0.0


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
