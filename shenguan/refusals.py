"""Named refusals. An action that may not happen raises one; pages and the API turn it into a clear answer.

The message is one Chinese sentence that says what to do; the code is what programs compare (never the text).
"""

from collections.abc import Mapping, Sequence


class Refusal(Exception):
    """Base of everything the rules may answer instead of doing. `status` is the HTTP status it maps to."""

    status = 409

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class StateForbids(Refusal):
    """The object's state does not allow the action (409): names the state and what is allowed instead."""

    def __init__(self, message: str, *, state: str, allowed: Sequence[str], code: str = "state_forbids") -> None:
        super().__init__(code, message)
        self.state = state
        self.allowed = list(allowed)


class StaleVersion(Refusal):
    """Somebody else changed the object since this form was opened (409)."""

    def __init__(self, message: str = "该记录刚刚被他人修改，请刷新页面核对后再操作。") -> None:
        super().__init__("stale_version", message)


class NotAllowed(Refusal):
    """The person lacks the right (403): the message names the rule and whom to ask."""

    status = 403

    def __init__(self, message: str, code: str = "not_allowed") -> None:
        super().__init__(code, message)


class Invalid(Refusal):
    """The input breaks a rule (422): field path -> sentences."""

    status = 422

    def __init__(self, message: str, errors: Mapping[str, Sequence[str]] | None = None, code: str = "invalid") -> None:
        super().__init__(code, message)
        self.errors = {field: list(texts) for field, texts in (errors or {}).items()}
