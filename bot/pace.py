"""The pace of calls to Slack: no more of a kind in a minute than Slack accepts (decision 5).

Slack counts calls by method and workspace in tiers, and messages by conversation too. A window
counts what was granted in the last seconds. What is urgent may use all of it; what is not leaves
a reserve, and has a small share of its own, so that neither waits for the other without end.
Whoever has to wait is given a place in line, a time at which to ask again. Pure: time is given.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

POST = "chat.postMessage"
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
    """At most `calls` in any `seconds`; routine ones leave `reserve`, and have `share` for sure."""

    calls: int
    seconds: float
    reserve: int = 0
    share: int = 0


def _tier(number: int) -> Limit:
    calls = PER_MINUTE[number]
    return Limit(calls=calls, seconds=MINUTE, reserve=calls // 5, share=calls // 10)


CONVERSATION = Limit(calls=5, seconds=5.0)  # about a message a second, with bursts
WORKSPACE = Limit(calls=300, seconds=MINUTE, reserve=60, share=30)


def limit_of(method: str) -> Limit:
    """What Slack accepts of a method in the whole workspace."""
    if method == POST:
        return WORKSPACE
    return _tier(2 if method in TIER_2 else 4 if method in TIER_4 else 3)


@dataclass(slots=True)
class _Place:
    """Somebody's place in line."""

    at: float
    who: str
    left: bool = False


@dataclass(slots=True)
class _Line:
    """Who waits, the earliest first."""

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


@dataclass(slots=True)
class _Window:
    """The grants of one limit."""

    limit: Limit
    granted: deque[tuple[float, bool]] = field(default_factory=deque)
    routine: int = 0  # of those granted
    urgent_line: _Line = field(default_factory=_Line)
    routine_line: _Line = field(default_factory=_Line)

    def line(self, *, urgent: bool) -> _Line:
        return self.urgent_line if urgent else self.routine_line

    def wait(self, who: str, *, urgent: bool, now: float) -> float:
        """0 where it may go now; else how long until it may ask again."""
        self._forget(now)
        line = self.line(urgent=urgent)
        place = line.of.get(who)
        if place is not None and place.at > now:
            return place.at - now
        ahead = 0 if place is not None else len(line.of)
        if self._most(urgent=urgent) - len(self.granted) > ahead:
            return 0.0
        return max(self._next(urgent=urgent, now=now) - now, LEAST_WAIT)

    def _most(self, *, urgent: bool) -> int:
        limit = self.limit
        owed = max(0, limit.share - self.routine)
        if urgent:
            return limit.calls - (min(owed, len(self.routine_line.of)) if limit.share else 0)
        return limit.calls if owed else limit.calls - limit.reserve

    def _next(self, *, urgent: bool, now: float) -> float:
        """When the next place of that line comes up."""
        most = max(1, self.limit.calls if urgent else self.limit.calls - self.limit.reserve)
        places = self.line(urgent=urgent).places
        if len(places) >= most:
            at = places[-most].at
        elif len(self.granted) >= most - len(places):
            at = self.granted[-(most - len(places))][0]
        else:
            at = now - self.limit.seconds
        return max(now, at + self.limit.seconds)

    def grant(self, who: str, *, urgent: bool, now: float) -> None:
        self.leave(who)
        self.granted.append((now, urgent))
        self.routine += not urgent

    def leave(self, who: str) -> None:
        self.urgent_line.leave(who)
        self.routine_line.leave(who)

    def _forget(self, now: float) -> None:
        while self.granted and self.granted[0][0] <= now - self.limit.seconds:
            self.routine -= not self.granted.popleft()[1]
        for line in (self.urgent_line, self.routine_line):
            line.forget(now - self.limit.seconds)

    def idle(self, now: float) -> bool:
        self._forget(now)
        return not (self.granted or self.urgent_line.of or self.routine_line.of)


class Pace:
    """Grants calls, and remembers for how long Slack asked to be left in peace."""

    def __init__(self) -> None:
        self._windows: dict[tuple[str, str], _Window] = {}
        self._quiet: dict[tuple[str, str], float] = {}
        self._asked = 0

    def ask(self, method: str, conversation: str, *, who: str, urgent: bool, now: float) -> float:
        """0 and counted where the call may be made now; else for how long to wait, in seconds."""
        self._sweep(now)
        quiet = self._quiet.get(_key(method, conversation), now) - now
        if quiet > 0:
            return quiet
        windows = self._of(method, conversation)
        waits = [window.wait(who, urgent=urgent, now=now) for window in windows]
        longest = max(waits)
        if longest <= 0:
            for window in windows:
                window.grant(who, urgent=urgent, now=now)
            return 0.0
        window = windows[waits.index(longest)]
        line = window.line(urgent=urgent)
        if who not in line.of or line.of[who].at <= now:
            window.leave(who)
            line.join(who, now + longest)
        return longest

    def count(self, method: str, conversation: str, *, now: float) -> None:
        """Count a call that somebody waits for on the spot, and that is made in any case."""
        for window in self._of(method, conversation):
            window.grant("", urgent=True, now=now)

    def refused(self, method: str, conversation: str, seconds: float, *, now: float) -> None:
        """Slack said to come back in so many seconds: so it is, for this method alone."""
        self._quiet[_key(method, conversation)] = now + seconds

    def _of(self, method: str, conversation: str) -> list[_Window]:
        keys = [((method, ""), limit_of(method))]
        if method == POST and conversation:
            keys.append(((method, conversation), CONVERSATION))
        return [self._windows.setdefault(key, _Window(limit)) for key, limit in keys]

    def _sweep(self, now: float) -> None:
        """Forget, now and then, what is long past."""
        self._asked += 1
        if self._asked % 1000 == 0:
            self._windows = {k: w for k, w in self._windows.items() if not w.idle(now)}
            self._quiet = {k: until for k, until in self._quiet.items() if until > now}


def _key(method: str, conversation: str) -> tuple[str, str]:
    return (method, conversation if method == POST else "")
