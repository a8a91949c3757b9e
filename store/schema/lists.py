"""A list of names as one parameter, and a list kept as text: in the words of both databases."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Self

from sqlalchemy import Boolean, ColumnElement, Dialect, Text, bindparam, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Names(TypeDecorator[Sequence[str]]):
    """An array where the database has them, else JSON."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(Text()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> Any:
        names = list(value or ())
        return names if dialect.name == "postgresql" else json.dumps(names)


class _Among(FunctionElement[bool]):
    """A condition: the first is one of the second."""

    inherit_cache = True
    type = Boolean()

    def self_group(self, against: OperatorType | None = None) -> Self:  # noqa: ARG002  as inherited
        """Stand as it is: `… = 1`, which SQLite would be given, is served by no index."""
        return self


@compiles(_Among, "sqlite")
def _in_sqlite(element: _Among, compiler: Any, **options: Any) -> str:
    column, names = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({names}))"  # noqa: S608  a parameter


@compiles(_Among, "postgresql")
def _in_postgresql(element: _Among, compiler: Any, **options: Any) -> str:
    column, names = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} = ANY({names})"


class _Holds(FunctionElement[bool]):
    """A condition: the first, a text, has the second in it, letter by letter."""

    inherit_cache = True
    type = Boolean()

    def self_group(self, against: OperatorType | None = None) -> Self:  # noqa: ARG002  as inherited
        """Stand as it is."""
        return self


@compiles(_Holds, "sqlite")
def _held_in_sqlite(element: _Holds, compiler: Any, **options: Any) -> str:
    text, part = (compiler.process(clause, **options) for clause in element.clauses)
    return f"instr({text}, {part}) > 0"


@compiles(_Holds, "postgresql")
def _held_in_postgresql(element: _Holds, compiler: Any, **options: Any) -> str:
    text, part = (compiler.process(clause, **options) for clause in element.clauses)
    return f"strpos({text}, {part}) > 0"


def holds(column: ColumnElement[str], part: str) -> ColumnElement[bool]:
    """Tell whether the column's text has this part in it, in letters just as small or large."""
    return _Holds(column, literal(part))


def among(column: ColumnElement[str], parameter: str) -> ColumnElement[bool]:
    """Return whether the column is one of the names in the list that `parameter` is given."""
    return _Among(column, bindparam(parameter, type_=_Names()))
