"""Pauses that grow."""

from __future__ import annotations

from escalation.base.backoff import backoff, doubling


def test_pauses_double_up_to_the_longest() -> None:
    assert doubling(5, 300) == (5, 10, 20, 40, 80, 160, 300)
    assert doubling(2, 2) == (2,)


def test_the_last_pause_lasts_however_often_it_failed() -> None:
    pauses = (5.0, 15.0, 60.0)
    assert [backoff(pauses, failures) for failures in (1, 2, 3, 4, 5_000)] == [5, 15, 60, 60, 60]
