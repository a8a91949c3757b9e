"""Slack's budget: never above what Slack accepts, the urgent first, nobody without end."""

from __future__ import annotations

from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.budget import CONVERSATION, DIRECT, POST, WORKSPACE, SlackBudget, limit_of
from escalation.messages.effects import Rank

TOPIC = "conversations.setTopic"


def granted(
    budget: SlackBudget, method: str, how_many: int, rank: Rank, *, now: float = 0.0
) -> int:
    """How many of so many askers may call now."""
    asked = (
        budget.ask(method, "", who=f"{rank}{now}{n}", rank=rank, now=now) for n in range(how_many)
    )
    return sum(wait == 0 for wait in asked)


def test_a_method_is_called_no_more_often_than_its_tier_allows() -> None:
    budget = SlackBudget()
    assert granted(budget, TOPIC, 100, Rank.CALL) == 20
    assert granted(budget, TOPIC, 100, Rank.CALL, now=59.9) == 0
    assert granted(budget, "pins.add", 100, Rank.CALL) == 20, "each method has its own"


def test_what_is_not_urgent_leaves_a_reserve_to_what_is() -> None:
    budget = SlackBudget()
    assert granted(budget, TOPIC, 100, Rank.ROUTINE) == 16
    assert granted(budget, TOPIC, 100, Rank.CALL) == 4


def test_a_conversation_takes_about_a_message_a_second_with_bursts() -> None:
    budget = SlackBudget()
    waits = [budget.ask(POST, "C1", who=str(n), rank=Rank.ROUTINE, now=0.0) for n in range(12)]
    assert waits == [0.0] * 5 + [5.0] * 5 + [10.0] * 2
    assert budget.ask(POST, "C2", who="other", rank=Rank.ROUTINE, now=0.0) == 0


def test_whoever_waits_is_given_a_time_and_then_may() -> None:
    budget = SlackBudget()
    granted(budget, TOPIC, 20, Rank.CALL)
    wait = budget.ask(TOPIC, "", who="x", rank=Rank.CALL, now=10.0)
    assert wait == 50.0
    assert budget.ask(TOPIC, "", who="x", rank=Rank.CALL, now=30.0) == 30.0, "the place is kept"
    assert budget.ask(TOPIC, "", who="x", rank=Rank.CALL, now=60.0) == 0


def test_what_becomes_urgent_does_not_keep_its_place_among_the_routine() -> None:
    budget = SlackBudget()
    granted(budget, TOPIC, 16, Rank.ROUTINE)
    assert budget.ask(TOPIC, "", who="x", rank=Rank.ROUTINE, now=1.0) > 0
    assert budget.ask(TOPIC, "", who="x", rank=Rank.CALL, now=1.0) == 0


def test_a_refusal_silences_its_method_and_conversation_only() -> None:
    budget = SlackBudget()
    budget.refused(POST, "C1", 30, now=0.0)
    budget.refused(TOPIC, "C1", 7, now=0.0)
    assert budget.ask(POST, "C1", who="a", rank=Rank.CALL, now=1.0) == 29
    assert budget.ask(POST, "C2", who="b", rank=Rank.CALL, now=1.0) == 0
    assert budget.ask(TOPIC, "C2", who="c", rank=Rank.CALL, now=1.0) == 6
    assert budget.ask("chat.update", "C1", who="d", rank=Rank.CALL, now=1.0) == 0
    assert budget.ask(POST, "C1", who="a", rank=Rank.CALL, now=30.0) == 0


def test_notices_leave_half_of_the_reserve_to_calls() -> None:
    budget = SlackBudget()
    assert granted(budget, TOPIC, 100, Rank.ROUTINE) == 16
    assert granted(budget, TOPIC, 100, Rank.NOTICE) == 2
    assert granted(budget, TOPIC, 100, Rank.CALL) == 2


def test_one_person_has_few_messages_in_a_row_and_calls_come_first() -> None:
    budget = SlackBudget()

    def to_one(rank: Rank, now: float) -> int:
        asked = (
            budget.ask(POST, "D1", who=f"{rank}{now}{n}", rank=rank, now=now) for n in range(9)
        )
        return sum(wait == 0 for wait in asked)

    assert [to_one(rank, 0.0) for rank in (Rank.ROUTINE, Rank.NOTICE, Rank.CALL)] == [5, 2, 2]
    assert to_one(Rank.CALL, 14.9) == 0
    assert budget.ask(POST, "D2", who="other", rank=Rank.CALL, now=14.9) == 0
    waits = [budget.ask(POST, "D3", who=str(n), rank=Rank.CALL, now=0.0) for n in range(11)]
    assert waits == [0.0] * DIRECT.calls + [DIRECT.seconds] * 2


def test_no_rank_waits_for_the_others_without_end() -> None:
    """Of each more than can leave, each asking again when told to: all get through."""
    budget, now = SlackBudget(), 0.0
    due = {(rank, n): 0.0 for rank in (Rank.CALL, Rank.NOTICE, Rank.ROUTINE) for n in range(400)}
    left = dict.fromkeys(Rank, 0)
    while now < 600:
        now += 0.5
        for rank, n in [who for who, at in due.items() if at <= now]:
            wait = budget.ask(TOPIC, "", who=f"{rank}{n}", rank=rank, now=now)
            if wait:
                due[rank, n] = now + wait
            else:
                left[rank] += 1
                del due[rank, n]
    assert left[Rank.CALL] >= 130
    assert left[Rank.NOTICE] >= 15
    assert left[Rank.ROUTINE] >= 15
    assert 190 <= sum(left.values()) <= 200, "and nothing of the budget is wasted"


@given(
    st.lists(
        st.tuples(
            st.floats(0, 5),
            st.sampled_from(Rank),
            st.sampled_from(["C1", "D2"]),
            st.integers(0, 40),
        ),
        max_size=200,
    )
)
def test_no_span_ever_holds_more_than_its_limit(
    asks: list[tuple[float, Rank, str, int]],
) -> None:
    budget, now = SlackBudget(), 0.0
    grants: list[tuple[float, str]] = []
    for pause, rank, channel, who in asks:
        now += pause
        if budget.ask(POST, channel, who=str(who), rank=rank, now=now) == 0:
            grants.append((now, channel))
    for channel, limit in (("C1", CONVERSATION), ("D2", DIRECT)):
        recent: deque[float] = deque()
        for at, where in grants:
            if where == channel:
                recent.append(at)
                while recent[0] <= at - limit.seconds:
                    recent.popleft()
                assert len(recent) <= limit.calls


def test_the_tiers_are_those_of_slacks_page() -> None:
    assert limit_of("conversations.create").calls == 20
    assert limit_of("conversations.open").calls == 50
    updates = limit_of("chat.update")
    assert updates.calls * 60 / updates.seconds <= 50
    assert (updates.calls - updates.reserve) * 60 / updates.seconds == 40
    assert limit_of("users.info").calls == 100
    assert limit_of(POST) == WORKSPACE


def test_what_is_long_past_is_forgotten() -> None:
    budget = SlackBudget()
    for n in range(5000):
        budget.ask(POST, f"C{n}", who=str(n), rank=Rank.CALL, now=float(n))
    assert len(budget._windows) < 1200
