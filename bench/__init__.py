"""Benchmarks: how fast Escalade is, beside floors and alternatives measured in the same run."""
