"""The one error every validator raises."""


class IdentifierError(ValueError):
    """An identifier breaks its standard. `code` is for programs, `message` one Chinese sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
