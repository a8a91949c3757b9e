"""A Slack-compatible workspace on this machine: to try the bot and to test it."""

from sandbox.base.clock import ManualClock
from sandbox.model.app import App
from sandbox.model.workspace import Workspace
from sandbox.server import SandboxServer

__all__ = ["App", "ManualClock", "SandboxServer", "Workspace"]
