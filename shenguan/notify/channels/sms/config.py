"""How one HTTP provider wants to be spoken to: a JSON file, read strictly (docs/operations.md §10)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from shenguan.env import ConfigurationError

PLACEHOLDER = re.compile(r"\{(\w+)\}")
IN_BODY = frozenset({"uid", "address", "text", "template", "variables", "time", "key"})
IN_HEADERS = frozenset({"time", "uid", "key", "signature"})
SIGNED = frozenset({"time", "uid", "body"})


@dataclass(frozen=True)
class Reading:
    """Where the provider's answer says what. Dotted paths into its JSON; codes compared as text."""

    code: str = ""  # empty: every 2xx is a success
    ok: tuple[str, ...] = ("0",)
    reference: str = ""
    message: str = ""
    permanent: tuple[str, ...] = ()
    down: tuple[str, ...] = ()  # throttled, account locked: nothing would go through now


@dataclass(frozen=True)
class ReceiptReading:
    """How the provider calls back with delivery receipts. Paths are those of one entry, except `items`."""

    header: str  # carries the key, or the signature
    code: str
    delivered: tuple[str, ...]
    interim: tuple[str, ...] = ()
    items: str = ""  # where the list of entries stands; empty: the call is the list, or one entry
    uid: str = ""
    reference: str = ""
    message: str = ""
    signed: str = "{body}"  # what the header is the HMAC-SHA256 (hex) of; empty: the header is the key itself
    time_header: str = ""  # {time} in `signed`: Unix seconds, at most five minutes off
    answer: Mapping[str, Any] = field(default_factory=lambda: {"code": 0})  # what the provider wants to hear


@dataclass(frozen=True)
class HttpConfig:
    """One provider."""

    url: str
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)
    signed: str = "{body}"  # what {signature} in a header is the HMAC-SHA256 (hex) of
    templates: Mapping[str, str] = field(default_factory=dict)  # our code -> the provider's
    answer: Reading = field(default_factory=Reading)
    receipts: ReceiptReading | None = None
    timeout: float = 10.0  # seconds

    @classmethod
    def read(cls, path: Path) -> Self:
        """The file at `path`. Raises ConfigurationError: missing, no JSON, unknown key or placeholder, bad address."""
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise _wrong(path, "文件无法读取") from error
        except ValueError as error:
            raise _wrong(path, "内容不是 JSON") from error
        if not isinstance(raw, dict):
            raise _wrong(path, "应为一个 JSON 对象")
        _refuse_unknown(path, raw, cls)
        for name, kind in (("url", str), ("body", dict)):
            if not isinstance(raw.get(name), kind) or not raw[name]:
                raise _wrong(path, f"缺少 {name}")
        if not raw["url"].startswith(("https://", "http://")):
            raise _wrong(path, "url 应以 https:// 开头")
        answer = raw.get("answer", {})
        _refuse_unknown(path, answer, Reading)
        read: dict[str, Any] = {"answer": Reading(**_codes(answer))}
        if receipts := raw.get("receipts"):
            read["receipts"] = _receipts(path, receipts)
        config = cls(**raw | read)
        config._check(path)
        return config

    def _check(self, path: Path) -> None:
        if not isinstance(self.timeout, int | float) or not 0 < self.timeout <= 30:
            raise _wrong(path, "timeout 应为 0 到 30 秒")
        for where, known, value in (
            ("body", IN_BODY, json.dumps(self.body)),
            ("headers", IN_HEADERS, json.dumps(self.headers)),
            ("signed", SIGNED, self.signed),
        ):
            if unknown := sorted(set(PLACEHOLDER.findall(value)) - known):
                raise _wrong(path, f"{where} 中的 {{{unknown[0]}}} 无法识别，可用 {'、'.join(sorted(known))}")
        if "{address}" not in json.dumps(self.body):
            raise _wrong(path, "body 中没有 {address}，短信不知发给谁")


def fill(value: Any, given: Mapping[str, Any]) -> Any:
    """`value` with its placeholders replaced, at any depth.

    A text that is nothing but one placeholder becomes the value itself, so "{variables}" may stand for an object;
    inside a longer text an object is written as JSON.
    """
    if isinstance(value, dict):
        return {key: fill(inner, given) for key, inner in value.items()}
    if isinstance(value, list):
        return [fill(inner, given) for inner in value]
    if not isinstance(value, str):
        return value
    if (whole := PLACEHOLDER.fullmatch(value)) and whole[1] in given:
        return given[whole[1]]
    return PLACEHOLDER.sub(lambda found: _text(given.get(found[1], found[0])), value)


def stands_at(answer: Any, path: str) -> Any:
    """What stands at a dotted path of a JSON value; the whole value for an empty path, None when there is nothing."""
    for step in path.split(".") if path else ():
        if isinstance(answer, list) and step.isdecimal() and len(step) < 5 and int(step) < len(answer):
            answer = answer[int(step)]
        elif isinstance(answer, dict):
            answer = answer.get(step)
        else:
            return None
    return answer


def look_up(answer: Any, path: str) -> str:
    """The simple value at a path, as text; empty when there is none."""
    found = stands_at(answer, path) if path else None
    return "" if found is None or isinstance(found, dict | list) else _text(found)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _receipts(path: Path, given: Any) -> ReceiptReading:
    if not isinstance(given, dict):
        raise _wrong(path, "receipts 应为一个 JSON 对象")
    _refuse_unknown(path, given, ReceiptReading)
    if missing := [name for name in ("header", "code", "delivered") if not given.get(name)]:
        raise _wrong(path, f"receipts 缺少 {missing[0]}")
    if not given.get("uid") and not given.get("reference"):
        raise _wrong(path, "receipts 缺少 uid 或 reference，回执不知属于哪条短信")
    reading = ReceiptReading(**_codes(given))
    if reading.signed and ("{body}" not in reading.signed or ("{time}" in reading.signed) != bool(reading.time_header)):
        raise _wrong(path, "receipts 的 signed 应含 {body}；用到 {time} 时须写明 time_header")
    return reading


def _codes(given: Mapping[str, Any]) -> dict[str, Any]:
    """Lists of codes as tuples of texts."""
    return {
        key: tuple(_text(code) for code in value) if isinstance(value, list) else value for key, value in given.items()
    }


def _refuse_unknown(path: Path, given: Mapping[str, Any], kind: type[Any]) -> None:
    known = [one.name for one in fields(kind)]
    if unknown := sorted(set(given) - set(known)):
        raise _wrong(path, f"{unknown[0]} 无法识别，可用 {'、'.join(known)}")


def _wrong(path: Path, why: str) -> ConfigurationError:
    return ConfigurationError(f"环境变量 SMS_HTTP_CONFIG 所指的 {path}：{why}。写法见 examples/sms_gateway.json。")
