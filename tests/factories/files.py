"""Small real files of every kind the portal takes, and stored ones."""

import io
import zipfile

import factory
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from factory.django import DjangoModelFactory

from shenguan.files.models import StoredFile

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6300010000050001"
    "0d0a2db40000000049454e44ae426082"
)
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb004300ffd9")
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 32


def archive(*members: str) -> bytes:
    """A zip with these members, each with a few bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for member in members:
            packed.writestr(member, "内容")
    return content.getvalue()


DOCX = archive("[Content_Types].xml", "_rels/.rels", "word/document.xml")
XLSX = archive("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")
OFD = archive("OFD.xml", "Doc_0/Document.xml")
ZIP = archive("材料/说明.txt", "材料/照片.jpg")


def upload(name: str = "营业执照.pdf", content: bytes = PDF, content_type: str = "") -> SimpleUploadedFile:
    """An upload as a browser sends it; what it claims as its type plays no part."""
    return SimpleUploadedFile(name, content, content_type or "application/octet-stream")


class StoredFileFactory(DjangoModelFactory):
    """A stored PDF."""

    class Meta:
        model = StoredFile

    name = "营业执照.pdf"
    content = factory.LazyFunction(lambda: ContentFile(PDF, name="营业执照.pdf"))
    content_type = "application/pdf"
    size = len(PDF)
    sha256 = "0" * 64
    purpose = "application.material"
    uploaded_by_key = "person"
    uploaded_by_name = "张三"
