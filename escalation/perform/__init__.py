"""Use cases: load → decide → save, each in one transaction, over the ports.

`perform` carries out a command; `ring` fires a due alarm. Both are plain synchronous functions
of a transaction and the present instant.
"""

from escalation.perform.commands import DueAlarm, perform, ring

__all__ = ["DueAlarm", "perform", "ring"]
