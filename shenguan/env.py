"""Strict reading of the environment: an absurd value stops the start with one line that says how to mend it."""

import os
import re
from collections.abc import Iterable
from datetime import date, time
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}
SHORTEST_SECRET = 50  # characters; what Django's deployment check asks of SECRET_KEY
DATABASES = ("sqlite", "postgres", "postgresql", "pgsql")


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
    """A text variable, stripped. A blank one counts as absent: compose files hand on what `.env` leaves open."""
    return os.environ.get(name, "").strip() or default


def file(name: str) -> Path | None:
    """The file a variable names; None when it is not set. Whether it can be read is found out by its reader."""
    given = text(name)
    return Path(given) if given else None


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def choice(name: str, default: str, known: Iterable[str]) -> str:
    """One of a few words. Raises ConfigurationError on any other."""
    given = text(name, default)
    if given not in known:
        raise ConfigurationError(f"环境变量 {name}={given!r} 无法识别：可用 {'、'.join(known)}。")
    return given


def url(name: str, default: str, schemes: Iterable[str]) -> str:
    """An address with a known scheme. Raises ConfigurationError otherwise, without the address: it holds a password."""
    given = text(name, default)
    if given and not given.startswith(tuple(f"{scheme}://" for scheme in schemes)):
        offer = "、".join(f"{scheme}://" for scheme in schemes)
        raise ConfigurationError(f"环境变量 {name} 无法识别：应以 {offer} 开头。")
    return given


def mail(name: str) -> dict[str, Any]:
    """A mail server's address as Django's EMAIL_… settings want it; nothing when it is not set.

    smtp:// plain, smtp+starttls:// and smtps:// encrypted. Raises ConfigurationError, without the address.
    """
    given = url(name, "", ("smtp", "smtp+starttls", "smtps"))
    try:
        parts = urlsplit(given)
        if given and not parts.hostname:
            raise ValueError("no host")
        return {
            "EMAIL_HOST": parts.hostname or "localhost",
            "EMAIL_PORT": parts.port or {"smtps": 465, "smtp+starttls": 587}.get(parts.scheme, 25),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
            "EMAIL_USE_SSL": parts.scheme == "smtps",
        }
    except ValueError as error:
        example = "smtps://用户:口令@主机:465"
        raise ConfigurationError(
            f"环境变量 {name} 无法识别：请写成 {example}，口令中的特殊字符须百分号编码。"
        ) from error


def database(name: str, default: str) -> dict[str, Any]:
    """A database address as Django's settings want it. Raises ConfigurationError, without the address."""
    try:
        return {**dj_database_url.parse(url(name, default, DATABASES))}
    except ValueError as error:
        example = "postgres://用户:口令@主机:5432/库名"
        raise ConfigurationError(
            f"环境变量 {name} 无法识别：请写成 {example}，口令中的特殊字符须百分号编码。"
        ) from error


def rate(name: str, default: str) -> str:
    """A number of calls per sec, min, hour or day. Raises ConfigurationError on anything else."""
    given = text(name, default)
    if not re.fullmatch(r"[1-9][0-9]*/(sec|min|hour|day)", given):
        raise ConfigurationError(f"环境变量 {name}={given!r} 无法识别：请写成 6000/min（单位 sec、min、hour、day）。")
    return given


def number(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number within bounds. Raises ConfigurationError otherwise."""
    given = text(name, str(default))
    if not given.isdecimal() or not least <= int(given) <= most:
        raise ConfigurationError(f"环境变量 {name}={given!r} 无法识别：请写 {least} 到 {most} 之间的整数。")
    return int(given)


def hours(name: str, default: str) -> tuple[time, time]:
    """Opening and closing time, e.g. 08:30-18:00. Raises ConfigurationError for anything else, or an empty span."""
    given = text(name, default)
    try:
        opens, closes = (time.fromisoformat(part.strip()) for part in given.split("-"))
    except ValueError:
        opens = closes = time()
    if not opens < closes or opens.tzinfo or closes.tzinfo:
        raise ConfigurationError(f"环境变量 {name}={given!r} 无法识别：请写成 08:30-18:00，先开始、后结束。")
    return opens, closes


def day(name: str) -> date | None:
    """A date as 2026-12-01; None when it is not set. Raises ConfigurationError for anything else."""
    given = text(name)
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        raise ConfigurationError(f"环境变量 {name}={given!r} 无法识别：请写成 2026-12-01。") from error


def hosts(name: str, default: str) -> list[str]:
    """The names this portal answers to. Raises ConfigurationError when there is none."""
    given = words(name, default)
    if not given:
        raise ConfigurationError(f"缺少环境变量 {name}：请写门户域名，多个用逗号分隔，如 shenguan.example.gov.cn。")
    return given


def origins(name: str) -> list[str]:
    """Web origins, scheme included. Raises ConfigurationError on one without."""
    given = words(name)
    for origin in given:
        if not origin.startswith(("https://", "http://")):
            raise ConfigurationError(f"环境变量 {name} 中的 {origin!r} 无法识别：请连同协议书写，如 https://{origin}。")
    return given


def secret(name: str, keep_in: Path, make: bool) -> str:
    """A secret from the environment, or (only where `make` allows: demo and tests) one generated once into a file.

    Raises ConfigurationError when neither is there, and for a short one outside demo and tests.
    """
    given = text(name)
    if given:
        if not make and any(len(key) < SHORTEST_SECRET for key in given.split(",")):
            raise ConfigurationError(
                f"环境变量 {name} 太短：至少 {SHORTEST_SECRET} 个随机字符，生成方法见 .env.example。"
            )
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
