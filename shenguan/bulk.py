"""Writing many rows by one statement, for the paths that carry the load of a whole city.

Django's bulk_create spends some 5 µs of Python on every single value, its bulk_update far more; a routed push brings
about four hundred values. Where the engine is PostgreSQL this hands whole columns to one INSERT … UNNEST or UPDATE …
FROM UNNEST, each column as one array literal: the driver and the parser then see one value where they would see a
thousand. Elsewhere it is bulk_create and bulk_update. Nothing else differs: defaults, creation times, encryption and
keys are those of the model.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from django.db import connection, models
from django.utils import timezone

Row = TypeVar("Row", bound=models.Model)
Values = list[Any]
if TYPE_CHECKING:
    Field = models.Field[Any, Any]
else:
    Field = models.Field
Column = Callable[[Values], Any]  # values of one field -> what the driver is given for them
# Fields whose Python value, written as text, is what the database reads. Any other is asked for its own conversion.
NUMBERS = (
    models.AutoField,
    models.BigIntegerField,
    models.BooleanField,
    models.IntegerField,
    models.PositiveBigIntegerField,
    models.PositiveIntegerField,
    models.PositiveSmallIntegerField,
)
TEXTS = (models.CharField, models.DateField, models.DateTimeField, models.TextField, models.UUIDField)


@dataclass(frozen=True)
class _Plan:
    """How rows of one model are written."""

    sql: str
    fields: list[Field]
    columns: list[Column]
    made_key: str | None  # name of the key the database makes


def create(rows: Iterable[Row]) -> list[Row]:
    """Inserts new, unsaved rows of one model, in their order, in the caller's transaction; they get their keys.

    Foreign keys must have been saved before they were assigned. Raises what the database raises.
    """
    new = list(rows)
    if not new or connection.vendor != "postgresql":
        return type(new[0])._default_manager.bulk_create(new) if new else []
    plan = _plan(type(new[0]))
    filled = [column(_values(new, field)) for field, column in zip(plan.fields, plan.columns, strict=True)]
    keys = _execute(plan, filled)
    if plan.made_key is not None:
        for row, key in zip(new, keys, strict=True):
            setattr(row, plan.made_key, key)
    for row in new:
        row._state.adding, row._state.db = False, connection.alias
    return new


def insert(model: type[models.Model], rows: Iterable[NamedTuple], *, skip_known: bool = False) -> list[Any]:
    """`create` for rows nobody needs as objects afterwards, a third of the price; their keys, in their order.

    The rows are tuples of one kind whose names are columns of the model (`staff_id`, not `staff`); columns they do not
    name get the model's defaults. With `skip_known` rows that a unique column forbids are left out, and the answer has
    as many keys as rows were written, as far as the engine tells: none is told by those without PostgreSQL's INSERT.
    """
    new = list(rows)
    if not new or connection.vendor != "postgresql":
        objects = [model(**row._asdict()) for row in new]
        made = model._default_manager.bulk_create(objects, ignore_conflicts=skip_known) if new else []
        return [row.pk for row in made if not skip_known]
    plan = _plan(model, skip_known)
    given: dict[str, Values] = dict(zip(new[0]._fields, map(list, zip(*new, strict=True)), strict=True))
    columns = [given.get(field.attname) or _defaults(field, len(new)) for field in plan.fields]
    made = _execute(plan, [column(values) for values, column in zip(columns, plan.columns, strict=True)])
    return made if plan.made_key is not None else given[model._meta.pk.attname]


def update(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Writes these fields of saved rows of one model, whatever each of them holds now.

    The caller has locked the rows: they are written in no particular order.
    """
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor != "postgresql":
        model._default_manager.bulk_update(rows, fields)
        return
    sql, key, columns = _update_plan(model, tuple(fields))
    parameters = [key([row.pk for row in rows])]
    parameters += [column(_values(rows, field)) for field, column in columns]
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def _execute(plan: _Plan, parameters: Values) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(plan.sql, parameters)
        return [key for (key,) in cursor.fetchall()] if plan.made_key is not None else []


@cache
def _plan(model: type[models.Model], skip_known: bool = False) -> _Plan:
    key = model._meta.pk
    made_key = key.attname if isinstance(key, models.AutoField) else None
    fields = [field for field in model._meta.concrete_fields if field.attname != made_key]
    names = ", ".join(_quote(field.column) for field in fields)
    types = ", ".join(_array(field) for field in fields)
    sql = f"INSERT INTO {_quote(model._meta.db_table)} ({names}) SELECT * FROM UNNEST({types})"  # noqa: S608 names only
    if skip_known:
        sql += " ON CONFLICT DO NOTHING"
    if made_key is not None:
        sql += f" RETURNING {_quote(key.column)}"
    return _Plan(sql, fields, [_column(field) for field in fields], made_key)


@cache
def _update_plan(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, Column, list[tuple[Field, Column]]]:
    key = model._meta.pk
    fields = [field for field in model._meta.concrete_fields if field.name in names]
    table = _quote(model._meta.db_table)
    written = ", ".join(f"{_quote(field.column)} = new.{_quote(field.column)}" for field in fields)
    columns = ", ".join(_quote(field.column) for field in [key, *fields])
    types = ", ".join(_array(field) for field in [key, *fields])
    sql = (
        f"UPDATE {table} SET {written} FROM UNNEST({types}) AS new({columns}) "  # noqa: S608 names only
        f"WHERE {table}.{_quote(key.column)} = new.{_quote(key.column)}"
    )
    return sql, _column(key), [(field, _column(field)) for field in fields]


def _quote(name: str | None) -> str:
    return connection.ops.quote_name(name or "")


def _array(field: Field) -> str:
    """The type of a column's array, without the length in brackets: a cast to varchar(40) would cut silently."""
    return f"(%s)::{(field.rel_db_type(connection) or '').split('(')[0]}[]"


def _column(field: Field) -> Column:
    """Turns one field's values into what the driver is given."""
    plain = field.target_field if isinstance(field, models.ForeignKey) else field
    kind = type(plain)
    if isinstance(plain, models.JSONField):
        # characters as they are: half as much to parse as their numbers would be
        encode = (plain.encoder or json.JSONEncoder)(ensure_ascii=False).encode
        return lambda values: _literal([encode(value) for value in values])
    if kind in NUMBERS or isinstance(plain, models.AutoField):
        return lambda values: "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"
    if kind in TEXTS:
        return lambda values: _literal([value if value is None else str(value) for value in values])
    return lambda values: _converted(plain, values)


def _converted(field: Field, values: Values) -> Any:
    """As the field itself converts them (encryption, amounts); what is then no text is left to the driver."""
    ready = [field.get_db_prep_save(value, connection) for value in values]
    return _literal(ready) if all(value is None or type(value) is str for value in ready) else ready


SEAM = "\x1f"  # the unit separator: in no text anybody writes, and looked for all the same


def _literal(texts: Sequence[str | None]) -> str:
    """An array of texts as PostgreSQL reads it. One pass over all of them together where none is missing."""
    if None not in texts:
        joined = SEAM.join(texts)  # type: ignore[arg-type]
        if joined.count(SEAM) == len(texts) - 1:
            return '{"' + _escaped(joined).replace(SEAM, '","') + '"}'
    return "{" + ",".join(["NULL" if text is None else f'"{_escaped(text)}"' for text in texts]) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _values(rows: Sequence[Any], field: Field) -> Values:
    if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
        return _stamp(rows, field)
    value_of = attrgetter(field.attname)
    return [value_of(row) for row in rows]


def _stamp(rows: Sequence[Any], field: Field) -> Values:
    moment = _moment(field)
    for row in rows:
        setattr(row, field.attname, moment)
    return [moment] * len(rows)


def _defaults(field: Field, count: int) -> Values:
    """What rows hold that do not name this column: the same for all, or made for each (keys of their own)."""
    if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
        return [_moment(field)] * count
    if isinstance(field, models.UUIDField):
        return [field.get_default() for _ in range(count)]
    return [field.get_default()] * count


def _moment(field: Field) -> Any:
    now = timezone.now()
    return now if isinstance(field, models.DateTimeField) else timezone.localdate(now)
