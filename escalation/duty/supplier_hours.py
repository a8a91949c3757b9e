"""Work out when a supplier's people can be called (Rule ESC-3)."""

from __future__ import annotations

from collections.abc import Iterator

from escalation.contract import Contract, DayName, Hours, Post


def hours_of(
    contract: Contract, post: Post, firm: str
) -> Iterator[tuple[Hours, tuple[DayName, ...]]]:
    """The hours of the post; else of the support groups that its people are members of."""
    if post.hours is not None:
        yield post.hours, ()
        return
    for group in contract.groups:
        if group.organisation == firm and set(group.members) & set(post.people):
            yield group.hours, group.worked_days
