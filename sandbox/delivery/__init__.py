"""Delivery of what happens to an app: over Socket Mode, or signed HTTP."""

from sandbox.delivery.ack import Ack, Delivery
from sandbox.delivery.dispatcher import Dispatcher
from sandbox.delivery.socket_mode import SocketHub

__all__ = ["Ack", "Delivery", "Dispatcher", "SocketHub"]
