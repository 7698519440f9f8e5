"""Whole numbers as they come in forms and addresses."""

LONGEST = 18  # digits; more is no key or version of ours, and Python refuses to read thousands of them


def whole_number(text: str) -> int | None:
    """The number, or None for anything that is none or absurdly long."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST else None
