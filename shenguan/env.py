"""Strict reading of the environment: an absurd value stops the start with one line that says how to mend it."""

import os
from pathlib import Path
from secrets import token_urlsafe

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


class ConfigurationError(SystemExit):
    """Stops the process; the message is one Chinese line for the operator."""


def flag(name: str, default: bool = False) -> bool:
    """A yes/no variable. Raises ConfigurationError on anything that is neither."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    if raw.lower() in TRUE:
        return True
    if raw.lower() in FALSE:
        return False
    raise ConfigurationError(f"环境变量 {name}={raw!r} 无法识别：请写 1 或 0。")


def text(name: str, default: str = "") -> str:
    """A text variable, stripped."""
    return os.environ.get(name, default).strip()


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def number(name: str, default: int, least: int = 0) -> int:
    """A whole number, at least `least`. Raises ConfigurationError otherwise."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    if not raw.isascii() or not raw.isdigit() or int(raw) < least:
        raise ConfigurationError(f"环境变量 {name}={raw!r} 无法识别：请写不小于 {least} 的整数。")
    return int(raw)


def secret(name: str, keep_in: Path, make: bool) -> str:
    """A secret from the environment, or (only where `make` allows: demo and tests) one generated once into a file.

    Raises ConfigurationError when neither is there.
    """
    given = text(name)
    if given:
        return given
    if not make:
        raise ConfigurationError(f"缺少环境变量 {name}：请设置一个随机长字符串（演示可设 DEMO=1 自动生成）。")
    if not keep_in.exists():
        keep_in.parent.mkdir(parents=True, exist_ok=True)
        try:
            with keep_in.open("x") as handle:
                keep_in.chmod(0o600)
                handle.write(token_urlsafe(48))
        except FileExistsError:  # another process of the same start was first
            pass
    return keep_in.read_text().strip()
