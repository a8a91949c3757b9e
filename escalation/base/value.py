"""Values: frozen, known by their fields, and declared by those alone.

A dataclass compiles six methods for each class, at every start: of some two hundred, they take as
long as pydantic does. Values share one of each. To `fields`, `replace`, pydantic and msgspec they
are the frozen dataclasses that they would be.
"""

from __future__ import annotations

from copy import copy
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from typing import Any, ClassVar, NoReturn, dataclass_transform


@dataclass
class _Pattern:
    any: Any


_PATTERN = fields(_Pattern)[0]


class _Frozen:
    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"cannot delete field {name!r}")


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
@dataclass(frozen=True, init=False, repr=False, eq=False)
class Value(_Frozen):
    """A value. What a class beneath annotates is a field; a decorator is not needed, nor harmful.

    A factory of defaults is called once, for all: what it makes is never changed.
    """

    _names: ClassVar[tuple[str, ...]] = ()
    _known: ClassVar[frozenset[str]] = frozenset()
    _defaults: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls) -> None:
        if "__dataclass_fields__" not in vars(cls):  # it has them where a decorator adds slots
            types = vars(cls).get("__annotations__", {})
            own = {name: _field(cls, name) for name in types if "ClassVar" not in types[name]}
            cls.__dataclass_fields__ = cls.__dataclass_fields__ | own
        cls._names = tuple([each.name for each in fields(cls)])
        cls._known = frozenset(cls._names)
        cls._defaults = _defaults(cls)

    def __init__(self, *given: Any, **named: Any) -> None:
        if given:
            named.update(zip(self._names, given, strict=False))
        values = {**self._defaults, **named}
        if values.keys() != self._known:
            wrong = ", ".join(sorted(values.keys() ^ self._known))
            raise TypeError(f"{type(self).__name__} lacks, or does not have, {wrong}")
        object.__setattr__(self, "__dict__", values)

    def __post_init__(self) -> None:
        """Complete what msgspec read: what an older row lacks, it leaves to the class."""
        if len(vars(self)) < len(self._names):
            object.__setattr__(self, "__dict__", {**self._defaults, **vars(self)})

    def __eq__(self, other: object) -> bool:
        if other is self:
            return True
        return (
            isinstance(other, Value) and type(other) is type(self) and _said(other) == _said(self)
        )

    def __hash__(self) -> int:
        return hash((type(self), *_said(self)))

    def __repr__(self) -> str:
        said = ", ".join(f"{n}={v!r}" for n, v in zip(self._names, _said(self), strict=True))
        return f"{type(self).__name__}({said})"


del Value.__setattr__, Value.__delattr__  # a decorator beneath refuses to overwrite its own kind


def _said(value: Value) -> list[Any]:
    mine = vars(value)
    return [mine[name] for name in value._names]  # noqa: SLF001  of this file


def _field(cls: type, name: str) -> Field[Any]:
    found, given = copy(_PATTERN), vars(cls).get(name, MISSING)
    found.name, found.type, found.kw_only = name, vars(cls)["__annotations__"][name], True
    if isinstance(given, Field):
        found.default_factory = given.default_factory
        delattr(cls, name)
    else:
        found.default = given
    return found


def _defaults(cls: type[Value]) -> dict[str, Any]:
    given = {each.name: each.default for each in fields(cls) if each.default is not MISSING}
    made = {f.name: f.default_factory() for f in fields(cls) if f.default_factory is not MISSING}
    return given | made
