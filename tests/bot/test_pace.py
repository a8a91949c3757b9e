"""The courier's pace: never above what Slack accepts, the urgent first, nobody without end."""

from __future__ import annotations

from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from bot.pace import CONVERSATION, POST, WORKSPACE, Pace, limit_of

TOPIC = "conversations.setTopic"


def granted(pace: Pace, method: str, how_many: int, *, urgent: bool, now: float = 0.0) -> int:
    """How many of so many askers may call now."""
    asked = (
        pace.ask(method, "", who=f"{urgent}{now}{n}", urgent=urgent, now=now)
        for n in range(how_many)
    )
    return sum(wait == 0 for wait in asked)


def test_a_method_is_called_no_more_often_than_its_tier_allows() -> None:
    pace = Pace()
    assert granted(pace, TOPIC, 100, urgent=True) == 20
    assert granted(pace, TOPIC, 100, urgent=True, now=59.9) == 0
    assert granted(pace, "pins.add", 100, urgent=True) == 20, "each method has its own"


def test_what_is_not_urgent_leaves_a_reserve_to_what_is() -> None:
    pace = Pace()
    assert granted(pace, TOPIC, 100, urgent=False) == 16
    assert granted(pace, TOPIC, 100, urgent=True) == 4


def test_a_conversation_takes_about_a_message_a_second_with_bursts() -> None:
    pace = Pace()
    waits = [pace.ask(POST, "C1", who=str(n), urgent=False, now=0.0) for n in range(12)]
    assert waits == [0.0] * 5 + [5.0] * 5 + [10.0] * 2
    assert pace.ask(POST, "C2", who="other", urgent=False, now=0.0) == 0


def test_whoever_waits_is_given_a_time_and_then_may() -> None:
    pace = Pace()
    granted(pace, TOPIC, 20, urgent=True)
    wait = pace.ask(TOPIC, "", who="x", urgent=True, now=10.0)
    assert wait == 50.0
    assert pace.ask(TOPIC, "", who="x", urgent=True, now=30.0) == 30.0, "the place is kept"
    assert pace.ask(TOPIC, "", who="x", urgent=True, now=60.0) == 0


def test_what_becomes_urgent_does_not_keep_its_place_among_the_routine() -> None:
    pace = Pace()
    granted(pace, TOPIC, 16, urgent=False)
    assert pace.ask(TOPIC, "", who="x", urgent=False, now=1.0) > 0
    assert pace.ask(TOPIC, "", who="x", urgent=True, now=1.0) == 0


def test_a_refusal_silences_its_method_and_conversation_only() -> None:
    pace = Pace()
    pace.refused(POST, "C1", 30, now=0.0)
    pace.refused(TOPIC, "C1", 7, now=0.0)
    assert pace.ask(POST, "C1", who="a", urgent=True, now=1.0) == 29
    assert pace.ask(POST, "C2", who="b", urgent=True, now=1.0) == 0
    assert pace.ask(TOPIC, "C2", who="c", urgent=True, now=1.0) == 6
    assert pace.ask("chat.update", "C1", who="d", urgent=True, now=1.0) == 0
    assert pace.ask(POST, "C1", who="a", urgent=True, now=30.0) == 0


def test_neither_kind_waits_for_the_other_without_end() -> None:
    """Of both more than can leave, each asking again when told to: both get through."""
    pace, now = Pace(), 0.0
    due = {f"{kind}{n}": 0.0 for kind in "ur" for n in range(400)}
    left = {"u": 0, "r": 0}
    while now < 600:
        now += 0.5
        for who in [who for who, at in due.items() if at <= now]:
            wait = pace.ask(TOPIC, "", who=who, urgent=who[0] == "u", now=now)
            if wait:
                due[who] = now + wait
            else:
                left[who[0]] += 1
                del due[who]
    assert left["u"] >= 150
    assert left["r"] >= 15
    assert 190 <= left["u"] + left["r"] <= 200, "and nothing of the budget is wasted"


@given(
    st.lists(
        st.tuples(
            st.floats(0, 5), st.booleans(), st.sampled_from(["C1", "C2"]), st.integers(0, 40)
        ),
        max_size=200,
    )
)
def test_no_span_ever_holds_more_than_its_limit(
    asks: list[tuple[float, bool, str, int]],
) -> None:
    pace, now = Pace(), 0.0
    grants: list[tuple[float, str]] = []
    for pause, urgent, channel, who in asks:
        now += pause
        if pace.ask(POST, channel, who=str(who), urgent=urgent, now=now) == 0:
            grants.append((now, channel))
    for channel in ("C1", "C2"):
        recent: deque[float] = deque()
        for at, where in grants:
            if where == channel:
                recent.append(at)
                while recent[0] <= at - CONVERSATION.seconds:
                    recent.popleft()
                assert len(recent) <= CONVERSATION.calls


def test_the_tiers_are_those_of_slacks_page() -> None:
    assert limit_of("conversations.create").calls == 20
    assert limit_of("chat.update").calls == 50
    assert limit_of("users.info").calls == 100
    assert limit_of(POST) == WORKSPACE


def test_what_is_long_past_is_forgotten() -> None:
    pace = Pace()
    for n in range(5000):
        pace.ask(POST, f"C{n}", who=str(n), urgent=True, now=float(n))
    assert len(pace._windows) < 1200
