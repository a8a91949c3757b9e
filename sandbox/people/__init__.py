"""Somebody in the workspace: what they see, enter and press, and what apps are told of it."""
