"""Recognising what a file is by its content (R11.08): the name is only a claim."""

import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

import filetype

HEAD_BYTES = 8192  # what the recogniser needs at most
MOST_ENTRIES = 2000
MOST_UNPACKED_BYTES = 500 * 1024 * 1024


@dataclass(frozen=True)
class Kind:
    """A kind of file the portal takes."""

    label: str
    content_type: str
    extensions: tuple[str, ...]
    inline: bool = False  # may a browser show it instead of saving it?


PDF = Kind("PDF", "application/pdf", ("pdf",), inline=True)
JPEG = Kind("JPG", "image/jpeg", ("jpg", "jpeg"), inline=True)
PNG = Kind("PNG", "image/png", ("png",), inline=True)
HEIC = Kind("HEIC", "image/heic", ("heic", "heif"))
DOCX = Kind("Word（.docx）", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",))
XLSX = Kind("Excel（.xlsx）", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",))
OFD = Kind("OFD", "application/ofd", ("ofd",))
ZIP = Kind("ZIP", "application/zip", ("zip",))
CSV = Kind("CSV", "text/csv", ("csv",))  # plain text, known by its name: only where a table is asked for
KINDS = (PDF, JPEG, PNG, HEIC, DOCX, XLSX, OFD, ZIP)

BY_CONTENT_TYPE = {kind.content_type: kind for kind in KINDS}
# a member that marks the format, for everything that is a zip inside
BY_MEMBER = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "OFD.xml": OFD}
PROGRAMS = (".apk", ".app", ".bat", ".bin", ".cmd", ".com", ".cpl", ".deb", ".dll", ".dmg", ".elf", ".exe", ".iso",
            ".jar", ".lnk", ".msi", ".msp", ".rpm", ".scr", ".sh")  # fmt: skip
SCRIPTS = (".hta", ".htm", ".html", ".js", ".jse", ".mjs", ".php", ".ps1", ".py", ".svg", ".vbe", ".vbs", ".wsf",
           ".xhtml")  # fmt: skip


class UnsafeContentError(Exception):
    """An archive that may not come in; the message is a Chinese sentence."""


def recognise(content: IO[bytes]) -> Kind | None:
    """The kind of `content`, None when the portal does not take it. Leaves the position at the start.

    Raises UnsafeContentError for an archive that is broken, encrypted, far too big unpacked, or carries programs.
    """
    content.seek(0)
    guess = filetype.guess(content.read(HEAD_BYTES))
    content.seek(0)
    if guess is None:
        return None
    if guess.mime == ZIP.content_type or BY_CONTENT_TYPE.get(guess.mime) in BY_MEMBER.values():
        kind = _recognise_archive(content)
        content.seek(0)
        return kind
    return BY_CONTENT_TYPE.get(guess.mime)


def is_text(content: IO[bytes]) -> bool:
    """Whether the beginning is plain text in an encoding without zero bytes. Leaves the position at the start."""
    content.seek(0)
    head = content.read(HEAD_BYTES)
    content.seek(0)
    return not any(byte < 32 and byte not in b"\t\r\n" for byte in head)


def _recognise_archive(content: IO[bytes]) -> Kind:
    try:
        with zipfile.ZipFile(content) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise UnsafeContentError("文件已损坏，无法打开。请检查原件后重新上传。") from error
    if len(members) > MOST_ENTRIES or sum(member.file_size for member in members) > MOST_UNPACKED_BYTES:
        raise UnsafeContentError("压缩包解开后过大。请拆分后分别上传。")
    if any(member.flag_bits & 0x1 for member in members):
        raise UnsafeContentError("文件已加密，无法核验内容。请去掉密码后重新上传。")
    names = [member.filename for member in members]
    kind = next((BY_MEMBER[name] for name in names if name in BY_MEMBER), ZIP)
    for name in names:
        _check_member(name, inside_archive=kind is ZIP)
    return kind


def _check_member(name: str, *, inside_archive: bool) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        raise UnsafeContentError("压缩包内有不安全的路径。请重新打包后上传。")
    if path.name.lower() == "vbaproject.bin":
        raise UnsafeContentError("文件含有宏。请另存为不含宏的格式后重新上传。")
    if inside_archive and path.suffix.lower() in PROGRAMS + SCRIPTS:
        raise UnsafeContentError(f"压缩包内含有程序或脚本文件“{path.name}”。请删除后重新打包上传。")
