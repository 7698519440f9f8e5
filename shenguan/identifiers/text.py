"""Normal form of codes people type (RULES R7.04)."""

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
HYPHENS = {ord(mark): None for mark in "-‐‑‒–—―−"}
FORMAT_MARKS = {ord(mark): None for mark in "\u200b\u200c\u200d\u2060\ufeff"}  # zero-width marks pasted along


def normalise(text: str) -> str:
    """Full-width to half-width, blanks and hyphens removed, upper case. Other characters stay as they are.

    Only the full-width block is folded: NFKC would also turn ①, ² or ﹝ into something the person did not type.
    """
    return "".join(text.translate(FULL_WIDTH).translate(HYPHENS | FORMAT_MARKS).split()).upper()
