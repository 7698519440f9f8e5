"""What counts as a text somebody wrote: one rule for reasons, answers, titles and numbers on every floor."""

from shenguan.refusals import Invalid


def is_written(text: str) -> bool:
    """Whether anything but blanks stands there, and no NUL: PostgreSQL keeps none."""
    return bool(text.strip()) and "\x00" not in text


def check_text(field: str, text: str, message: str, *, longest: int | None = None) -> str:
    """The text without surrounding blanks. Raises Invalid for `field` when nothing is written or it is too long."""
    if not is_written(text):
        raise Invalid(message, {field: [message]})
    kept = text.strip()
    if longest is not None and len(kept) > longest:
        sentence = f"最多 {longest} 字，现在是 {len(kept)} 字。"
        raise Invalid(sentence, {field: [sentence]})
    return kept
