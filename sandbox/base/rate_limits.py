"""Slack's rate limits: per method, per workspace, per app."""

import math
from collections import deque

WINDOW = 60.0
PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100, 0: 600}
POSTS_PER_MINUTE = 300
POSTS_BURST = 5


class RateLimits:
    """Counts calls in sliding windows of a minute, on the workspace's clock."""

    def __init__(self) -> None:
        self._windows: dict[tuple[str, ...], deque[float]] = {}

    def check(self, app_id: str, method: str, tier: int, now: float) -> int | None:
        """Count a call; when there were too many, say in how many seconds to come back."""
        return self._count((app_id, method), PER_MINUTE[tier], WINDOW, now)

    def check_post(self, app_id: str, channel: str, now: float) -> int | None:
        """Count a message: about one a second in a conversation, with bursts; hundreds in all."""
        key = (app_id, "post", channel)
        wait = self._count(key, POSTS_BURST, float(POSTS_BURST), now)
        if wait is None:
            wait = self._count((app_id, "post"), POSTS_PER_MINUTE, WINDOW, now)
            if wait is not None:
                self._windows[key].pop()
        return wait

    def _count(self, key: tuple[str, ...], limit: int, span: float, now: float) -> int | None:
        window = self._windows.setdefault(key, deque())
        while window and window[0] <= now - span:
            window.popleft()
        if len(window) >= limit:
            return max(1, math.ceil(window[0] + span - now))
        window.append(now)
        return None
