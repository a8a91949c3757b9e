"""Tune when Python searches its memory for garbage: seldom, and not through the program itself."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS = 20_000  # more than a batch of ladder steps makes


@contextmanager
def unsearched() -> Iterator[None]:
    """Work without a search: what an import makes stays, and a short command is a tenth quicker."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def search_seldom() -> None:
    """To be called once all is built: what is there now is not searched again.

    A search in the midst of a batch finds nothing, for all of it is still needed.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS)
