"""What can be wrong with a file, a row or a cell."""

from dataclasses import dataclass


class FileRefused(Exception):
    """The file as a whole cannot be used; the message is one Chinese sentence that says what to do."""


class CellError(Exception):
    """One cell cannot be used; the message is one Chinese sentence, without line or column."""


class LostRowsError(Exception):
    """The engine did not account for every row. A programming error, never the user's."""


@dataclass(frozen=True)
class Problem:
    """Why a row is rejected: the heading it is about, or empty, and the sentence."""

    column: str
    reason: str
