"""The Web API: one function a method, checked and counted before it runs."""

from sandbox.webapi import (
    apps,
    auth,
    bookmarks,
    canvases,
    chat,
    conversations,
    dnd,
    files,
    listing,
    oauth,
    pins,
    reactions,
    rooms,
    usergroups,
    users,
    views,
)
from sandbox.webapi.dispatch import Answer, answer

__all__ = [
    "Answer",
    "answer",
    "apps",
    "auth",
    "bookmarks",
    "canvases",
    "chat",
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
