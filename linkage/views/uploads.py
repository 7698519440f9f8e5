"""Files that are compared first and written later: only whoever brought one goes on with it."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from shenguan.access.requests import StaffRequest
from shenguan.files.models import StoredFile


def fetch_upload(request: StaffRequest, purpose: str) -> StoredFile:
    """The file the posted `file` names. Raises Http404 for anybody else's, or one of another purpose."""
    mine = StoredFile.objects.filter(purpose=purpose, uploaded_by_key=request.user.username)
    try:
        return get_object_or_404(mine, uuid=UUID(request.POST.get("file", "")))
    except ValueError as error:
        raise Http404("没有这个文件。") from error


def content_of(stored: StoredFile) -> bytes:
    """All its bytes."""
    with stored.content.open("rb") as content:
        return bytes(content.read())
