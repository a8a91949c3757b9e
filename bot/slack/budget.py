"""Slack's budget for calls: no more of a kind in a minute than Slack accepts (decision 5).

Slack counts calls by method and workspace in tiers, and messages by conversation too. A window
counts what was granted in the last seconds. A call that wakes somebody may use all of it; what is
urgent besides leaves half of a reserve to calls, what is routine leaves all of it. Each has a small
share of its own, so that none waits for the others without end.
Whoever has to wait is given a place in line, a time at which to ask again. Pure: time is given.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from escalation.messages.effects import Rank

POST = "chat.postMessage"
UPDATE = "chat.update"
MINUTE = 60.0
LEAST_WAIT = 0.001
PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
TIER_2 = frozenset(
    {
        "conversations.create", "conversations.list", "conversations.rename",
        "conversations.archive", "conversations.unarchive", "conversations.setTopic",
        "conversations.setPurpose", "conversations.inviteShared", "users.list",
        "users.conversations", "pins.add", "pins.remove", "pins.list", "bookmarks.add",
    }
)  # fmt: skip
TIER_4 = frozenset(
    {
        "conversations.members", "chat.postEphemeral", "users.info", "users.profile.get",
        "files.getUploadURLExternal", "files.completeUploadExternal", "files.info",
        "views.open", "views.push", "views.update", "views.publish",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `calls` in any `seconds`.

    Routine ones leave `reserve`, notices half of it; each of both has `share` for sure.
    """

    calls: int
    seconds: float
    reserve: int = 0
    share: int = 0


def _tier(number: int) -> Limit:
    calls = PER_MINUTE[number]
    return Limit(calls=calls, seconds=MINUTE, reserve=calls // 5, share=calls // 10)


CONVERSATION = Limit(calls=5, seconds=5.0)  # about a message a second, with bursts
# to one person: a phone that rings all the time says no more; what waits meanwhile goes together
DIRECT = Limit(calls=9, seconds=15.0, reserve=4, share=1)
# Slack's fifty a minute, spread over it: no card waits for the rest of a minute after a lively one
UPDATES = Limit(calls=12, seconds=15.0, reserve=2, share=1)
WORKSPACE = Limit(calls=300, seconds=MINUTE, reserve=60, share=30)


def limit_of(method: str) -> Limit:
    """Return what Slack accepts of a method in the whole workspace."""
    if method == POST:
        return WORKSPACE
    if method == UPDATE:
        return UPDATES
    return _tier(2 if method in TIER_2 else 4 if method in TIER_4 else 3)


@dataclass(slots=True)
class _Place:
    """Somebody's place in line."""

    at: float
    who: str
    left: bool = False


@dataclass(slots=True)
class _Line:
    """Those who wait, the earliest first."""

    places: deque[_Place] = field(default_factory=deque)
    of: dict[str, _Place] = field(default_factory=dict)

    def join(self, who: str, at: float) -> None:
        place = self.of[who] = _Place(at, who)
        self.places.append(place)

    def leave(self, who: str) -> None:
        if (place := self.of.pop(who, None)) is not None:
            place.left = True
        while self.places and self.places[0].left:
            self.places.popleft()

    def forget(self, before: float) -> None:
        while self.places and (self.places[0].left or self.places[0].at < before):
            self.of.pop(self.places.popleft().who, None)


_LINES = (Rank.CALL, Rank.NOTICE, Rank.ROUTINE)


@dataclass(slots=True)
class _Window:
    """The grants of one limit."""

    limit: Limit
    granted: deque[tuple[float, Rank]] = field(default_factory=deque)
    of_rank: dict[Rank, int] = field(default_factory=lambda: dict.fromkeys(_LINES, 0))
    lines: dict[Rank, _Line] = field(default_factory=lambda: {rank: _Line() for rank in _LINES})

    def wait(self, who: str, rank: Rank, *, now: float) -> float:
        """0 where it may go now; else how long until it may ask again."""
        self._forget(now)
        line = self.lines[rank]
        place = line.of.get(who)
        if place is not None and place.at > now:
            return place.at - now
        ahead = 0 if place is not None else len(line.of)
        if self._most(rank) - len(self.granted) > ahead:
            return 0.0
        return max(self._next(rank, now=now) - now, LEAST_WAIT)

    def _left_to_others(self, rank: Rank) -> int:
        """Return what this rank leaves to those before it."""
        return (0, self.limit.reserve // 2, self.limit.reserve)[rank]

    def _owed(self, rank: Rank) -> int:
        """Return what is left of the share of this rank."""
        return 0 if rank is Rank.CALL else max(0, self.limit.share - self.of_rank[rank])

    def _most(self, rank: Rank) -> int:
        behind = sum(
            min(self._owed(each), len(self.lines[each].of)) for each in _LINES if each > rank
        )
        left = 0 if self._owed(rank) else self._left_to_others(rank)
        return self.limit.calls - left - behind

    def _next(self, rank: Rank, *, now: float) -> float:
        """Return when the next place of that line comes up."""
        most = max(1, self.limit.calls - self._left_to_others(rank))
        places = self.lines[rank].places
        if len(places) >= most:
            at = places[-most].at
        elif len(self.granted) >= most - len(places):
            at = self.granted[-(most - len(places))][0]
        else:
            at = now - self.limit.seconds
        return max(now, at + self.limit.seconds)

    def grant(self, who: str, rank: Rank, *, now: float) -> None:
        self.leave(who)
        self.granted.append((now, rank))
        self.of_rank[rank] += 1

    def leave(self, who: str) -> None:
        for line in self.lines.values():
            line.leave(who)

    def _forget(self, now: float) -> None:
        while self.granted and self.granted[0][0] <= now - self.limit.seconds:
            self.of_rank[self.granted.popleft()[1]] -= 1
        for line in self.lines.values():
            line.forget(now - self.limit.seconds)

    def idle(self, now: float) -> bool:
        self._forget(now)
        return not (self.granted or any(line.of for line in self.lines.values()))


class SlackBudget:
    """Grants calls, and remembers for how long Slack asked to be left in peace."""

    def __init__(self) -> None:
        self._windows: dict[tuple[str, str], _Window] = {}
        self._quiet: dict[tuple[str, str], float] = {}
        self._asked = 0

    def ask(self, method: str, conversation: str, *, who: str, rank: Rank, now: float) -> float:
        """0 and counted where the call may be made now; else for how long to wait, in seconds."""
        rank = min(rank, Rank.ROUTINE)
        self._sweep(now)
        quiet = self._quiet.get(_key(method, conversation), now) - now
        if quiet > 0:
            return quiet
        windows = self._of(method, conversation)
        waits = [window.wait(who, rank, now=now) for window in windows]
        longest = max(waits)
        if longest <= 0:
            for window in windows:
                window.grant(who, rank, now=now)
            return 0.0
        window = windows[waits.index(longest)]
        line = window.lines[rank]
        if who not in line.of or line.of[who].at <= now:
            window.leave(who)
            line.join(who, now + longest)
        return longest

    def count(self, method: str, conversation: str, *, now: float) -> None:
        """Count a call that somebody waits for on the spot, and that is made in any case."""
        for window in self._of(method, conversation):
            window.grant("", Rank.CALL, now=now)

    def refused(self, method: str, conversation: str, seconds: float, *, now: float) -> None:
        """Slack said to come back in so many seconds: so it is, for this method alone."""
        self._quiet[_key(method, conversation)] = now + seconds

    def _of(self, method: str, conversation: str) -> list[_Window]:
        keys = [((method, ""), limit_of(method))]
        if method == POST and conversation:
            limit = DIRECT if conversation.startswith("D") else CONVERSATION
            keys.append(((method, conversation), limit))
        return [self._windows.setdefault(key, _Window(limit)) for key, limit in keys]

    def _sweep(self, now: float) -> None:
        """Forget, now and then, what is long past."""
        self._asked += 1
        if self._asked % 1000 == 0:
            self._windows = {k: w for k, w in self._windows.items() if not w.idle(now)}
            self._quiet = {k: until for k, until in self._quiet.items() if until > now}


def _key(method: str, conversation: str) -> tuple[str, str]:
    return (method, conversation if method == POST else "")
