"""The Web API: one function a method, checked and counted before it runs."""

from sandbox.webapi.apps import auth, connections, oauth, views
from sandbox.webapi.channels import bookmarks, canvases, conversations, listing, rooms
from sandbox.webapi.dispatch import Answer, answer
from sandbox.webapi.messages import chat, files, pins, reactions
from sandbox.webapi.people import dnd, usergroups, users

__all__ = [
    "Answer",
    "answer",
    "auth",
    "bookmarks",
    "canvases",
    "chat",
    "connections",
    "conversations",
    "dnd",
    "files",
    "listing",
    "oauth",
    "pins",
    "reactions",
    "rooms",
    "usergroups",
    "users",
    "views",
]
