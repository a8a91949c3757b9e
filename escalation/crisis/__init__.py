"""Crises: asked for, convened, led, informed about, closed (Rules CRI-1 to CRI-10)."""
