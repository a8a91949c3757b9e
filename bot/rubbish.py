"""When Python searches its memory for rubbish: seldom, and not through the program itself."""

from __future__ import annotations

import gc

OBJECTS = 20_000  # more than a batch of ladder steps makes


def search_seldom() -> None:
    """To be called once all is built: what is there now is not searched again.

    A search in the midst of a batch finds nothing, for all of it is still needed.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS)
