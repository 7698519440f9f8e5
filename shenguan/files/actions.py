"""Taking files in."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile

from shenguan.access.actors import Actor
from shenguan.files.kinds import KINDS, Kind, UnsafeContentError, is_text, recognise
from shenguan.files.models import StoredFile
from shenguan.refusals import Invalid

ACCEPTED = "、".join(kind.label for kind in KINDS)
LONGEST_NAME = 120
FORBIDDEN_IN_NAMES = re.compile(r'[\\/:*?"<>|]+')


def store_upload(
    uploaded: UploadedFile,
    *,
    by: Actor,
    purpose: str,
    marking: str = StoredFile.Marking.INTERNAL,
    also: Sequence[Kind] = (),
) -> StoredFile:
    """Keeps an uploaded file. `purpose` says what for ("application.material"), in the owning app's words.

    `also` names kinds of plain text taken here beside the usual ones (kinds.CSV where a table is asked for).

    The file store may be far away: call this before the transaction of the action that will refer to the row.
    Raises Invalid, with one sentence for the field `file`: empty, too big, not recognised, forbidden inside,
    or a name that claims another kind than the content is (R11.08).
    """
    name, size = clean_name(uploaded.name or ""), uploaded.size or 0
    kind = check_upload(uploaded, name, also)
    digest = hashlib.sha256()
    for chunk in uploaded.chunks():
        digest.update(chunk)
    uploaded.seek(0)
    stored = StoredFile(
        name=name,
        content_type=kind.content_type,
        size=size,
        sha256=digest.hexdigest(),
        purpose=purpose,
        marking=marking,
        uploaded_by_key=by.key,
        uploaded_by_name=by.name,
        department_code=by.department.code if by.department else "",
    )
    stored.content.save(name, File(uploaded.file, name=name), save=False)
    stored.save(force_insert=True)
    return stored


def check_upload(uploaded: UploadedFile, name: str, also: Sequence[Kind] = ()) -> Kind:
    """The kind of an upload that may come in. Raises Invalid as `store_upload`."""
    size = uploaded.size or 0
    if size == 0:
        raise _refuse("empty_file", f"文件“{name}”是空的。请选择有内容的文件后重新上传。")
    if size > settings.UPLOAD_LIMIT_BYTES:
        limit = settings.UPLOAD_LIMIT_BYTES // (1024 * 1024)
        raise _refuse("file_too_big", f"文件“{name}”超过 {limit} MB 上限。请压缩或拆分后重新上传。")
    try:
        kind = recognise(uploaded)
    except UnsafeContentError as error:
        raise _refuse("unsafe_file", f"“{name}”不能上传：{error}") from error
    suffix = PurePosixPath(name).suffix.lower().lstrip(".")
    if kind is None and is_text(uploaded):
        kind = next((one for one in also if suffix in one.extensions), None)
    if kind is None:
        raise _refuse("file_kind", f"文件“{name}”的内容不在可接收范围。可上传：{ACCEPTED}。")
    if suffix not in kind.extensions:
        right = kind.extensions[0]
        raise _refuse(
            "file_name_kind",
            f"文件“{name}”的扩展名与内容不符，内容实为 {kind.label}。请改为 .{right} 或另选文件。",
        )
    return kind


def clean_name(name: str) -> str:
    """The last part of a name without control and direction characters, at most LONGEST_NAME characters long."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(char for char in name if unicodedata.category(char)[0] != "C")
    path = PurePosixPath(FORBIDDEN_IN_NAMES.sub("_", name).strip(" .") or "未命名")
    return path.stem[: LONGEST_NAME - len(path.suffix)] + path.suffix[:20]


def _refuse(code: str, sentence: str) -> Invalid:
    return Invalid(sentence, {"file": [sentence]}, code=code)
