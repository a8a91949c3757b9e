"""Situations in which rules meet: each worked out on paper, then played (docs/situations.md)."""
