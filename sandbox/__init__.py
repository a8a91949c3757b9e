"""A Slack-compatible workspace on this machine: to try the bot and to test it."""

from sandbox.app import App
from sandbox.changes import change_user, set_dnd, uninstall
from sandbox.channel import Channel
from sandbox.clock import ManualClock, RealClock, SandboxClock
from sandbox.errors import SlackError
from sandbox.fault import Fault, FaultPlan
from sandbox.message import Message
from sandbox.person import Person, Result
from sandbox.server import SandboxServer
from sandbox.team import Team
from sandbox.user import User
from sandbox.workspace import Workspace

__all__ = [
    "App",
    "Channel",
    "Fault",
    "FaultPlan",
    "ManualClock",
    "Message",
    "Person",
    "RealClock",
    "Result",
    "SandboxClock",
    "SandboxServer",
    "SlackError",
    "Team",
    "User",
    "Workspace",
    "change_user",
    "set_dnd",
    "uninstall",
]
