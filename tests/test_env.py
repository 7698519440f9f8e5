"""The environment is read strictly (CONTRACT §1)."""

from datetime import time
from pathlib import Path

import pytest

from shenguan import env
from shenguan.env import ConfigurationError

LONG = "x" * env.SHORTEST_SECRET


@pytest.fixture
def set_to(monkeypatch: pytest.MonkeyPatch):
    return lambda value: monkeypatch.setenv("THING", value)


@pytest.mark.parametrize(("value", "meant"), [("1", True), ("Yes", True), ("off", False), ("", False)])
def test_a_flag_is_yes_or_no(set_to, value: str, meant: bool) -> None:
    set_to(value)
    assert env.flag("THING") is meant


def test_a_flag_is_nothing_else(set_to) -> None:
    set_to("perhaps")
    with pytest.raises(ConfigurationError, match="THING='perhaps' 无法识别：请写 1 或 0"):
        env.flag("THING")


def test_a_blank_text_counts_as_absent(set_to) -> None:
    set_to("  ")
    assert env.text("THING", "云州市") == "云州市"


def test_a_choice_is_one_of_a_few(set_to) -> None:
    set_to("sm4")
    assert env.choice("THING", "aes", ("aes", "sm4")) == "sm4"


def test_a_choice_is_nothing_else(set_to) -> None:
    set_to("des")
    with pytest.raises(ConfigurationError, match="可用 aes、sm4"):
        env.choice("THING", "aes", ("aes", "sm4"))


def test_an_address_has_a_known_scheme(set_to) -> None:
    set_to("redis://:p@redis:6379/0")
    assert env.url("THING", "", ("redis",)) == "redis://:p@redis:6379/0"


def test_an_unknown_scheme_is_refused_without_repeating_the_password(set_to) -> None:
    set_to("ftp://u:geheim@host/")
    with pytest.raises(ConfigurationError, match="应以 redis:// 开头") as refusal:
        env.url("THING", "", ("redis",))
    assert "geheim" not in str(refusal.value)


@pytest.mark.parametrize("value", ["60", "0/min", "60/fortnight", "60/minute"])
def test_a_rate_needs_number_and_unit(set_to, value: str) -> None:
    set_to(value)
    with pytest.raises(ConfigurationError, match="请写成 6000/min"):
        env.rate("THING", "1/sec")


def test_an_origin_needs_its_scheme(set_to) -> None:
    set_to("https://a.example.cn, b.example.cn")
    with pytest.raises(ConfigurationError, match="如 https://b.example.cn"):
        env.origins("THING")


def test_a_short_key_among_long_ones_is_refused(set_to, tmp_path: Path) -> None:
    set_to(f"{LONG},{LONG[1:]}")
    with pytest.raises(ConfigurationError, match="THING 太短"):
        env.secret("THING", tmp_path / "key", make=False)


def test_long_keys_are_taken(set_to, tmp_path: Path) -> None:
    set_to(f"{LONG},{LONG}y")
    assert env.secret("THING", tmp_path / "key", make=False) == f"{LONG},{LONG}y"


def test_a_demo_makes_its_secret_once(tmp_path: Path) -> None:
    first = env.secret("THING", tmp_path / "key", make=True)
    assert env.secret("THING", tmp_path / "key", make=True) == first
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("value", ["0", "241", "-5", "ten", "1.5"])
def test_a_number_keeps_its_bounds(set_to, value: str) -> None:
    set_to(value)
    with pytest.raises(ConfigurationError, match="请写 1 到 240 之间的整数"):
        env.number("THING", 15, least=1, most=240)


@pytest.mark.parametrize(("value", "meant"), [("1", 1), ("240", 240), ("", 15)])
def test_a_number_within_its_bounds(set_to, value: str, meant: int) -> None:
    set_to(value)
    assert env.number("THING", 15, least=1, most=240) == meant


@pytest.mark.parametrize("value", ["18:00-08:30", "08:30", "08:30-08:30", "8-18", "08:30-18:00-19:00", "08:30Z-18:00Z"])
def test_hours_are_a_span(set_to, value: str) -> None:
    set_to(value)
    with pytest.raises(ConfigurationError, match="请写成 08:30-18:00"):
        env.hours("THING", "08:30-18:00")


def test_hours_are_read(set_to) -> None:
    set_to("09:00 - 17:30")
    assert env.hours("THING", "08:30-18:00") == (time(9), time(17, 30))


@pytest.mark.parametrize(
    ("value", "host", "port", "tls", "ssl"),
    [
        ("smtp://mail.city.gov.cn", "mail.city.gov.cn", 25, False, False),
        ("smtp+starttls://mail.city.gov.cn", "mail.city.gov.cn", 587, True, False),
        ("smtps://mail.city.gov.cn:994", "mail.city.gov.cn", 994, False, True),
    ],
)
def test_a_mail_server_is_read(set_to, value: str, host: str, port: int, tls: bool, ssl: bool) -> None:
    set_to(value)
    read = env.mail("THING")
    assert (read["EMAIL_HOST"], read["EMAIL_PORT"]) == (host, port)
    assert (read["EMAIL_USE_TLS"], read["EMAIL_USE_SSL"]) == (tls, ssl)


def test_a_mail_password_may_hold_any_character(set_to) -> None:
    set_to("smtps://li%40city:p%2Fw@mail.city.gov.cn")
    assert env.mail("THING")["EMAIL_HOST_USER"] == "li@city"
    assert env.mail("THING")["EMAIL_HOST_PASSWORD"] == "p/w"


@pytest.mark.parametrize("value", ["mail.city.gov.cn", "http://mail.city.gov.cn", "smtp://", "smtp://:secret@host:x"])
def test_an_absurd_mail_server_is_refused_without_repeating_it(set_to, value: str) -> None:
    set_to(value)
    with pytest.raises(ConfigurationError) as error:
        env.mail("THING")
    assert "secret" not in str(error.value)
