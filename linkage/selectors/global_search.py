"""What the global search finds here: pushes of one's own inbox, and rows of the list in force."""

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse

from linkage import wording
from linkage.models import LinkageEntry
from linkage.selectors import lists
from linkage.selectors.cases import visible_pushes
from shenguan.access.roles import Permission
from shenguan.org.models import Staff
from shenguan.ui.search import Hit

SHOWN = 10
LONG_ENOUGH = 2  # characters of a name before the list is searched by it


def find(staff: Staff, text: str) -> Iterator[Hit]:
    """Pushes by number or case number, then rows of the list by name or code. Two bounded queries."""
    if staff.may(Permission.INBOX_VIEW):
        yield from _pushes(staff, text.upper())
    if staff.may(Permission.LINKAGE_LIST_VIEW) and len(text) >= LONG_ENOUGH:
        yield from _entries(text)


def _pushes(staff: Staff, number: str) -> Iterator[Hit]:
    found = visible_pushes(staff).filter(Q(number=number) | Q(case_number=number))
    for push in found.select_related("subject", "department").order_by("-id")[:SHOWN]:
        yield Hit(
            kind="推送",
            title=f"{wording.kind_label(push.kind)} {push.number}",
            detail=f"{push.shown_heading}　{push.department}　{push.get_status_display()}",
            url=reverse("linkage:push_detail", args=[push.number]),
            icon="send",
            exact=push.number == number,
        )


def _entries(text: str) -> Iterator[Hit]:
    version = lists.in_force()
    if version is None:
        return
    wanted = Q(approval_item__name__icontains=text) | Q(supervision_item__name__icontains=text)
    wanted |= Q(approval_item__code=text) | Q(supervision_item__code=text)
    rows = LinkageEntry.objects.filter(wanted, version=version).order_by("sequence")
    for entry in rows.select_related("approval_item", "supervision_item", "department")[:SHOWN]:
        yield Hit(
            kind="联动清单",
            title=f"{entry.approval_item} → {entry.supervision_item}",
            detail=f"{entry.department}　清单 {version} 第 {entry.sequence} 条",
            url=f"{reverse('linkage:list')}?version={version.label}&q={entry.approval_item.code}",
            icon="link",
        )
