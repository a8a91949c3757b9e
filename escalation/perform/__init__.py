"""Use cases: load → decide → save, each in one transaction, over the ports.

`perform` carries out a command; `fire` fires a due timer. Both are plain synchronous functions
of a transaction and the present instant.
"""

from escalation.perform.commands import DueTimer, fire, perform

__all__ = ["DueTimer", "fire", "perform"]
