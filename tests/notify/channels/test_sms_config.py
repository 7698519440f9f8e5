"""The provider's file is read strictly: an absurd one stops the start and says what is wrong."""

import json
from pathlib import Path

import pytest

from shenguan.env import ConfigurationError
from shenguan.notify.channels import check
from shenguan.notify.channels.sms.config import HttpConfig, fill, look_up

GOOD = {"url": "https://sms.example.com/", "body": {"to": "{address}"}}


def read(tmp_path, text: str) -> HttpConfig:
    path = tmp_path / "sms.json"
    path.write_text(text)
    return HttpConfig.read(path)


def test_it_reads_the_published_example():
    config = HttpConfig.read(Path("examples/sms_gateway.json"))
    assert config.answer.permanent[0] == "MOBILE_NUMBER_ILLEGAL"


def test_little_is_needed(tmp_path):
    assert read(tmp_path, json.dumps(GOOD)).timeout == 10


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"url": ""}, "缺少 url"),
        ({"url": "ftp://sms.example.com/"}, "url 应以 https:// 开头"),
        ({"body": {}}, "缺少 body"),
        ({"body": {"to": "{adress}"}}, "body 中的 {adress} 无法识别"),
        ({"body": {"to": "13800000000"}}, "body 中没有 {address}"),
        ({"headers": {"X": "{text}"}}, "headers 中的 {text} 无法识别"),
        ({"signed": "{address}"}, "signed 中的 {address} 无法识别"),
        ({"timeout": 31}, "timeout 应为 0 到 30 秒"),
        ({"timeout": 0}, "timeout 应为 0 到 30 秒"),
        ({"tmeout": 5}, "tmeout 无法识别"),
        ({"answer": {"kode": "x"}}, "kode 无法识别"),
    ],
)
def test_it_refuses(tmp_path, change, complaint):
    with pytest.raises(ConfigurationError) as error:
        read(tmp_path, json.dumps(GOOD | change))
    assert complaint in str(error.value)


@pytest.mark.parametrize(("text", "complaint"), [("{", "内容不是 JSON"), ("[]", "应为一个 JSON 对象")])
def test_it_refuses_what_is_no_object(tmp_path, text, complaint):
    with pytest.raises(ConfigurationError, match=complaint):
        read(tmp_path, text)


def test_it_refuses_a_missing_file(tmp_path):
    with pytest.raises(ConfigurationError, match="文件无法读取"):
        HttpConfig.read(tmp_path / "none.json")


def test_the_start_needs_file_and_key(settings):
    settings.SMS_GATEWAY = "http"
    with pytest.raises(ConfigurationError, match="SMS_HTTP_CONFIG"):
        check()


def test_the_start_goes_on_with_both(settings):
    settings.SMS_GATEWAY, settings.SMS_HTTP_KEY = "http", "key"
    settings.SMS_HTTP_CONFIG = Path("examples/sms_gateway.json")
    check()


def test_filling_goes_to_any_depth():
    assert fill({"a": [{"b": "{x}!"}], "n": 1}, {"x": "y"}) == {"a": [{"b": "y!"}], "n": 1}


def test_what_is_filled_in_is_not_filled_again():
    assert fill("{text}", {"text": "{key}", "key": "secret"}) == "{key}"
    assert fill("-{text}", {"text": "{key}", "key": "secret"}) == "-{key}"


@pytest.mark.parametrize(
    ("path", "found"),
    [("a.b", "1"), ("list.0.c", "x"), ("a", ""), ("none", ""), ("", ""), ("list.7", ""), ("t", "true")],
)
def test_looking_up(path, found):
    assert look_up({"a": {"b": 1}, "list": [{"c": "x"}], "t": True}, path) == found


RECEIPTS = {"header": "X-Key", "code": "status", "delivered": ["0"], "uid": "id"}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"header": ""}, "receipts 缺少 header"),
        ({"delivered": []}, "receipts 缺少 delivered"),
        ({"uid": ""}, "缺少 uid 或 reference"),
        ({"signed": "{time}"}, "signed 应含 {body}"),
        ({"signed": "{time}{body}"}, "须写明 time_header"),
        ({"kode": "x"}, "kode 无法识别"),
    ],
)
def test_it_refuses_receipts_it_could_not_read(tmp_path, change, complaint):
    with pytest.raises(ConfigurationError) as error:
        read(tmp_path, json.dumps(GOOD | {"receipts": RECEIPTS | change}))
    assert complaint in str(error.value)


def test_receipts_need_little(tmp_path):
    assert read(tmp_path, json.dumps(GOOD | {"receipts": RECEIPTS})).receipts.delivered == ("0",)
