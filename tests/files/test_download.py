"""download: the bytes under their own name, never interpreted by a browser on its own account."""

import pytest

from shenguan.files.kinds import DOCX, HEIC, PDF, PNG, ZIP
from shenguan.files.models import StoredFile
from shenguan.files.responses import download
from tests.factories.files import PDF as PDF_BYTES
from tests.factories.files import StoredFileFactory

pytestmark = pytest.mark.django_db


def read(response) -> bytes:
    content = b"".join(response.streaming_content)
    response.close()
    return content


def test_it_gives_the_bytes_back():
    assert read(download(StoredFileFactory())) == PDF_BYTES


def test_it_carries_the_chinese_name():
    response = download(StoredFileFactory(name="营业执照.pdf"))
    read(response)
    assert response["Content-Disposition"] == "inline; filename*=utf-8''%E8%90%A5%E4%B8%9A%E6%89%A7%E7%85%A7.pdf"


@pytest.mark.parametrize("kind", [PDF, PNG])
def test_it_lets_the_browser_show_images_and_pdf(kind):
    response = download(StoredFileFactory(content_type=kind.content_type))
    read(response)
    assert response["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize("content_type", [DOCX.content_type, ZIP.content_type, HEIC.content_type, "text/html"])
def test_it_has_everything_else_saved(content_type):
    response = download(StoredFileFactory(content_type=content_type))
    read(response)
    assert response["Content-Disposition"].startswith("attachment")


def test_it_forbids_guessing():
    response = download(StoredFileFactory())
    read(response)
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("marking", ["internal", "sensitive"])
def test_it_keeps_marked_files_out_of_caches(marking):
    response = download(StoredFileFactory(marking=marking))
    read(response)
    assert response["Cache-Control"] == "private, no-store"


def test_it_lets_caches_keep_public_files():
    response = download(StoredFileFactory(marking=StoredFile.Marking.PUBLIC))
    read(response)
    assert "Cache-Control" not in response
