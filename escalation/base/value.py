"""Values: frozen, known by their fields, and declared by those alone.

A dataclass compiles six methods for each class, at every start. Commands, messages and the names of
timers are many, and share these.
"""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, dataclass, fields
from typing import Any, ClassVar, NoReturn, dataclass_transform


class _Frozen:
    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"cannot delete field {name!r}")


@dataclass_transform(kw_only_default=True, frozen_default=True)
@dataclass(frozen=True, init=False, repr=False, eq=False)
class Value(_Frozen):
    """A value. Each class beneath is a frozen dataclass, without a decorator; one does no harm."""

    _names: ClassVar[tuple[str, ...]] = ()
    _known: ClassVar[frozenset[str]] = frozenset()
    _defaults: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls) -> None:
        if "__dataclass_fields__" not in vars(cls) and vars(cls).get("__annotations__"):
            dataclass(frozen=True, init=False, repr=False, eq=False)(cls)
            del cls.__setattr__, cls.__delattr__  # one for all: a decorator would refuse to add its
        declared = fields(cls)
        cls._names = tuple([field.name for field in declared])
        cls._known = frozenset(cls._names)
        cls._defaults = {f.name: f.default for f in declared if f.default is not MISSING}

    def __init__(self, *given: Any, **named: Any) -> None:
        named.update(zip(self._names, given, strict=False))
        values = {**self._defaults, **named}
        if values.keys() != self._known:
            wrong = ", ".join(sorted(values.keys() ^ self._known))
            raise TypeError(f"{type(self).__name__} lacks, or does not have, {wrong}")
        object.__setattr__(self, "__dict__", values)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash((type(self), *map(vars(self).__getitem__, self._names)))

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={vars(self)[name]!r}" for name in self._names)
        return f"{type(self).__name__}({said})"


del Value.__setattr__, Value.__delattr__
