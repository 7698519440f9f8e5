"""store_upload: only what the portal can read, under a name that harms nobody (R11.08)."""

import hashlib
import io
import zipfile

import pytest

from shenguan.files import kinds
from shenguan.files.actions import store_upload
from shenguan.files.models import StoredFile
from shenguan.refusals import Invalid
from tests.factories.files import DOCX, HEIC, JPEG, OFD, PDF, PNG, XLSX, ZIP, archive, upload

pytestmark = pytest.mark.django_db

TAKEN = [
    ("执照.pdf", PDF, "application/pdf"),
    ("照片.png", PNG, "image/png"),
    ("照片.jpg", JPEG, "image/jpeg"),
    ("照片.JPEG", JPEG, "image/jpeg"),
    ("照片.heic", HEIC, "image/heic"),
    ("申请书.docx", DOCX, kinds.DOCX.content_type),
    ("清单.xlsx", XLSX, kinds.XLSX.content_type),
    ("批文.ofd", OFD, "application/ofd"),
    ("材料.zip", ZIP, "application/zip"),
]


def refuse(actor, name: str, content: bytes) -> Invalid:
    with pytest.raises(Invalid) as caught:
        store_upload(upload(name, content), by=actor, purpose="test")
    assert not StoredFile.objects.exists()
    assert caught.value.errors == {"file": [caught.value.message]}
    return caught.value


@pytest.mark.parametrize(("name", "content", "content_type"), TAKEN)
def test_it_takes_what_offices_send(actor, name, content, content_type):
    stored = store_upload(upload(name, content), by=actor, purpose="application.material")
    assert (stored.name, stored.content_type, stored.size) == (name, content_type, len(content))
    with stored.content.open("rb") as kept:
        assert kept.read() == content


def test_it_keeps_the_digest_and_who_brought_it(actor):
    stored = store_upload(upload(), by=actor, purpose="application.material")
    stored.refresh_from_db()
    assert stored.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (stored.uploaded_by_key, stored.department_code) == (actor.key, actor.department.code)
    assert (stored.purpose, stored.marking) == ("application.material", "internal")


def test_it_believes_the_content_not_the_claim(actor):
    stored = store_upload(upload(content_type="text/html"), by=actor, purpose="test")
    assert stored.content_type == "application/pdf"


def test_it_never_uses_the_uploaders_name_as_a_path(actor, clock):
    stored = store_upload(upload(), by=actor, purpose="test")
    assert stored.content.name == f"2026/11/{stored.uuid}"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/执照.pdf", "执照.pdf"),
        ("C:\\用户\\执照.pdf", "执照.pdf"),
        ("执\u202e照\x00.pdf", "执照.pdf"),
        ("a<b>:c?.pdf", "a_b_c_.pdf"),
        ("  .执照.pdf ", "执照.pdf"),
        ("营业执照（副本）.pdf", "营业执照（副本）.pdf"),
        ("长" * 200 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_it_cleans_the_name(actor, name, kept):
    uploaded = upload()
    uploaded._name = name
    assert store_upload(uploaded, by=actor, purpose="test").name == kept


def test_it_refuses_an_empty_file(actor):
    assert refuse(actor, "执照.pdf", b"").code == "empty_file"


def test_it_takes_a_file_of_exactly_the_limit(actor, settings):
    settings.UPLOAD_LIMIT_BYTES = len(PDF)
    assert store_upload(upload(), by=actor, purpose="test").size == len(PDF)


def test_it_refuses_a_file_one_byte_over_the_limit(actor, settings):
    settings.UPLOAD_LIMIT_BYTES = len(PDF) - 1
    assert refuse(actor, "执照.pdf", PDF).code == "file_too_big"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("页面.html", b"<!doctype html><script>alert(1)</script>"),
        ("图.svg", b'<svg xmlns="http://www.w3.org/2000/svg"></svg>'),
        ("程序.exe", b"MZ\x90\x00" + b"\x00" * 60),
        ("程序.pdf", b"\x7fELF" + b"\x00" * 60),
        ("动图.gif", b"GIF89a" + b"\x00" * 20),
        ("说明.txt", "只是文字".encode()),
        ("包.rar", b"Rar!\x1a\x07\x00" + b"\x00" * 20),
        ("网页.pdf", b"<!doctype html><title>%PDF</title>"),
    ],
)
def test_it_refuses_what_it_does_not_know(actor, name, content):
    refusal = refuse(actor, name, content)
    assert refusal.code == "file_kind"
    assert "可上传：PDF、JPG" in refusal.message


@pytest.mark.parametrize(("name", "content"), [("照片.png", JPEG), ("执照.docx", PDF), ("包.zip", DOCX), ("执照", PDF)])
def test_it_refuses_a_name_that_claims_another_kind(actor, name, content):
    assert refuse(actor, name, content).code == "file_name_kind"


@pytest.mark.parametrize("member", ["安装.exe", "a/脚本.JS", "页面.html", "run.bat", "图.svg"])
def test_it_refuses_a_zip_with_a_program_inside(actor, member):
    refusal = refuse(actor, "材料.zip", archive("说明.txt", member))
    assert refusal.code == "unsafe_file"
    assert "程序或脚本" in refusal.message


@pytest.mark.parametrize("member", ["../外面.txt", "/etc/passwd.txt", "a\\..\\..\\b.txt"])
def test_it_refuses_a_zip_that_climbs_out_of_its_folder(actor, member):
    assert "不安全的路径" in refuse(actor, "材料.zip", archive(member)).message


def test_it_refuses_a_document_with_macros(actor):
    content = archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
    assert "宏" in refuse(actor, "申请书.docx", content).message


def test_it_refuses_a_broken_archive(actor):
    assert "损坏" in refuse(actor, "材料.zip", ZIP[:60]).message


def test_it_refuses_an_encrypted_archive(actor):
    content = bytearray(ZIP)
    central = content.index(b"PK\x01\x02")
    content[central + 8] |= 0x1  # general purpose flag of the first entry: encrypted
    assert "加密" in refuse(actor, "材料.zip", bytes(content)).message


def test_it_refuses_an_archive_that_unpacks_beyond_measure(actor, monkeypatch):
    monkeypatch.setattr(kinds, "MOST_UNPACKED_BYTES", 5)
    assert "过大" in refuse(actor, "材料.zip", ZIP).message


def test_it_refuses_an_archive_with_too_many_members(actor, monkeypatch):
    monkeypatch.setattr(kinds, "MOST_ENTRIES", 1)
    assert "过大" in refuse(actor, "材料.zip", ZIP).message


def test_it_takes_an_archive_whose_members_only_sound_dangerous(actor):
    """Near miss: "exe说明.txt" is text."""
    assert store_upload(upload("材料.zip", archive("exe说明.txt", "js.pdf")), by=actor, purpose="test").pk


def test_it_recognises_a_document_whose_first_member_is_not_the_usual_one(actor):
    """LibreOffice and generators order members freely, so the first bytes do not tell."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("docProps/app.xml", "<x/>")
        packed.writestr("word/document.xml", "<x/>")
    stored = store_upload(upload("申请书.docx", content.getvalue()), by=actor, purpose="test")
    assert stored.content_type == kinds.DOCX.content_type


def test_it_writes_no_row_when_the_store_fails(actor, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(StoredFile.content.field.storage.__class__, "save", fail, raising=False)
    with pytest.raises(OSError, match="no space"):
        store_upload(upload(), by=actor, purpose="test")
    assert not StoredFile.objects.exists()
