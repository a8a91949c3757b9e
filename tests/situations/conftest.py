"""What the situations are held against."""

from __future__ import annotations

import pytest

from tests.situations.situation import Played


@pytest.fixture
def played() -> Played:
    """Holds a situation against the paper."""
    return Played()
