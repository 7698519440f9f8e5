"""GET never writes: a database wrapper that refuses every statement but reading ones."""

from collections.abc import Callable
from typing import Any

READING = ("SELECT", "WITH", "EXPLAIN", "SHOW", "DECLARE", "FETCH", "CLOSE")
# Opening a transaction changes nothing by itself, and a view may read in one for a steady picture.
TRANSACTIONS = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET")
# The law wants a trace of some reads (export, unmasked view: RULES R11.07), so audit rows may be added.
TRACES = ('INSERT INTO "audit_',)


class WriteInReadOnlyRequestError(RuntimeError):
    """A GET, HEAD or OPTIONS request tried to change the database."""


def refuse_writes(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """For `connection.execute_wrapper`. Raises WriteInReadOnlyRequestError instead of sending a write."""
    statement = sql.lstrip(" \n\t(")
    if statement.upper().startswith(READING + TRANSACTIONS) or statement.startswith(TRACES):
        return execute(sql, params, many, context)
    raise WriteInReadOnlyRequestError(f"a reading request may not run: {statement[:80]}")
