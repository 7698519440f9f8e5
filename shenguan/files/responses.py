"""Handing files out."""

from django.http import FileResponse

from shenguan.files.kinds import BY_CONTENT_TYPE
from shenguan.files.models import StoredFile


def download(stored: StoredFile) -> FileResponse:
    """The file under its own name; images and PDF open in the browser, everything else is saved.

    The caller has checked that this person may see it. Only files marked public may be kept by caches (R11.06).
    """
    kind = BY_CONTENT_TYPE.get(stored.content_type)
    response = FileResponse(
        stored.content.open("rb"),
        as_attachment=kind is None or not kind.inline,
        filename=stored.name,
        content_type=stored.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    if stored.marking != StoredFile.Marking.PUBLIC:
        response["Cache-Control"] = "private, no-store"
    return response
