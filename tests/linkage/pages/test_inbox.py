"""/linkage/inbox/: what is shown to whom, how it is filtered, and the bulk actions."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linkage.models import DutyObjection, Push
from linkage.selectors import inbox as selectors
from linkage.selectors.inbox import Query
from shenguan.access.roles import Role
from shenguan.audit.models import AuditEntry
from tests.factories.credit import SubjectFactory
from tests.factories.ground import OfficeFactory, StaffFactory
from tests.factories.linkage import LinkageEntryFactory, PushFactory

INBOX = reverse("linkage:inbox")
TODAY = date(2026, 11, 20)


def pushes_for(city, number: int, **fields) -> list[Push]:
    """More pushes of the city's department."""
    return [
        PushFactory(entry=city.entry, application=city.application, sequence=100 + n, **fields) for n in range(number)
    ]


def text_of(response) -> str:
    return response.content.decode()


def test_it_shows_what_the_department_has_to_do(liaison, push):
    text = text_of(liaison.get(INBOX))
    assert push.subject.name in text
    assert push.number in text
    assert "首次检查" in text
    assert "推送即认领" in text


def test_it_shows_nothing_of_another_department(stranger, push):
    text = text_of(stranger.get(INBOX))
    assert push.number not in text
    assert "待办已全部办理" in text


def test_it_shows_reverse_pushes_to_the_approver(approver, city):
    reverse_push = PushFactory(entry=city.entry, application=city.application, waiting_answer=True)
    text = text_of(approver.get(INBOX))
    assert reverse_push.number in text
    assert "待答复" in text


def test_it_shows_the_whole_city_to_a_coordinator(coordinating, push):
    assert push.number in text_of(coordinating.get(INBOX))


def test_it_refuses_whoever_has_no_inbox(sign_in):
    assert sign_in(StaffFactory(roles=[Role.WINDOW_CLERK])).get(INBOX).status_code == 403


def test_it_groups_by_deadline(liaison, city, today):
    days = {"超期": -1, "今天到期": 0, "本周到期": 1, "下周及以后": 5}
    for place, shift in enumerate(days.values()):
        due_on = today + timedelta(days=shift)
        PushFactory(entry=city.entry, application=city.application, sequence=50 + place, due_on=due_on)
    groups = liaison.get(INBOX).context["groups"]
    assert [(group.title, group.count, len(group.rows)) for group in groups] == [(title, 1, 1) for title in days]


def test_it_puts_what_has_no_deadline_last(liaison, city, today):
    late = pushes_for(city, 1)[0]
    first = PushFactory(entry=city.entry, application=city.application, sequence=9, due_on=today)
    assert [push.pk for push in liaison.get(INBOX).context["page"].items] == [first.pk, late.pk]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("view=read", 1),
        ("view=claim", 1),
        ("view=objected", 1),
        ("due=over", 1),
        ("due=over&due=today", 2),
        ("kind=accepted", 1),
        ("flag=discredited", 1),
        ("flag=risky", 1),
        ("due=over&flag=risky", 0),
        ("view=nonsense", 5),
        ("q=宏图", 1),
        ("q=ht", 1),
        ("q=no-such-thing", 0),
    ],
)
def test_it_filters(liaison, city, today, asked, count):
    common = {"entry": city.entry, "application": city.application}
    PushFactory(**common, sequence=11, due_on=today - timedelta(days=1), next_step=Push.NextStep.FIRST_CHECK)
    PushFactory(**common, sequence=12, due_on=today, waiting=True)
    PushFactory(**common, sequence=13, objected=True)
    party = SubjectFactory(name="云州宏图建设有限公司", name_initials="HTJS", risk_grade="D")
    PushFactory(**common, sequence=14, subject=party, kind="approval.accepted", credit_flag="focus")
    PushFactory(**common, sequence=15, next_step=Push.NextStep.FIRST_CHECK)
    response = liaison.get(f"{INBOX}?{asked}")
    assert len(response.context["page"].items) == response.context["found"] == count


def test_it_filters_by_region(liaison, city):
    region = city.entry.department.region
    PushFactory(entry=city.entry, application=city.application, sequence=3, subject=SubjectFactory(region=region))
    pushes_for(city, 1)
    response = liaison.get(INBOX, {"region": region.pk})
    assert response.context["found"] == 1
    assert ("region", "辖区") in [facet[:2] for facet in response.context["facets"]]


@pytest.mark.parametrize("key", ["99999999999999999999", "9" * 4000, "-1", "x", "١"])
def test_it_reads_over_a_region_nobody_knows(liaison, push, key):
    response = liaison.get(INBOX, {"region": key})

    assert response.status_code == 200
    assert push.number in text_of(response)


def test_it_shows_only_my_own_when_asked(liaison, city):
    colleague = StaffFactory(department=city.entry.department, roles=[Role.INSPECTOR])
    pushes_for(city, 1, assignee=colleague)
    PushFactory(entry=city.entry, application=city.application, sequence=7)
    assert liaison.get(INBOX, {"mine": "1"}).context["found"] == 1


def test_it_keeps_history_apart_from_open_work(liaison, city):
    done = PushFactory(entry=city.entry, application=city.application, closed=True)
    assert done.number not in text_of(liaison.get(INBOX))
    assert done.number in text_of(liaison.get(INBOX, {"view": "done"}))


def test_it_turns_pages_without_losing_or_repeating_a_row(liaison, city, today):
    expected = {push.pk for push in pushes_for(city, 70, due_on=today)}
    seen: list[int] = []
    address = INBOX
    while address:
        page = liaison.get(address).context["page"]
        seen += [push.pk for push in page.items]
        address = INBOX + page.next_url if page.next_url else ""
    assert len(seen) == len(set(seen)) == 70
    assert set(seen) == expected


@pytest.mark.parametrize("sort", ["risk", "new"])
def test_it_sorts_otherwise(liaison, city, today, sort):
    plain = PushFactory(entry=city.entry, application=city.application, sequence=1, due_on=today)
    focus = PushFactory(entry=city.entry, application=city.application, sequence=2, credit_flag="focus")
    assert [push.pk for push in liaison.get(INBOX, {"sort": sort}).context["page"].items] == [focus.pk, plain.pk]


def test_a_cursor_of_somebody_else_is_not_found(liaison, push):
    assert liaison.get(INBOX, {"cursor": "rubbish"}).status_code == 404


def test_it_costs_the_same_for_many_rows(liaison, city, today):
    pushes_for(city, 2, due_on=today)
    liaison.get(INBOX)
    with CaptureQueriesContext(connection) as few:
        liaison.get(INBOX)
    for n in range(25):
        entry = LinkageEntryFactory(
            department=city.entry.department,
            office=city.entry.office,
            liaison=city.entry.liaison,
            supervision_item=city.entry.supervision_item,
        )
        PushFactory(entry=entry, sequence=500 + n, due_on=today)
    with CaptureQueriesContext(connection) as many:
        liaison.get(INBOX)
    assert len(many) == len(few) <= 15


def test_all_numbers_come_from_one_aggregate(city, push, django_assert_num_queries):
    assert city.liaison.permissions
    with django_assert_num_queries(1):
        selectors.counts(city.liaison, Query(), TODAY)


def test_the_numbers_agree_with_the_rows(city, today):
    pushes_for(city, 3, due_on=today - timedelta(days=2))
    counts = selectors.counts(city.liaison, Query(), today)
    rows, _ = selectors.rows(city.liaison, Query(), today)
    assert counts["view_all"] == counts["found"] == counts["group_over"] == rows.count() == 3


def test_the_preview_opens_the_push_asked_for(liaison, city):
    first, second = pushes_for(city, 2)
    assert liaison.get(INBOX, {"open": second.number}).context["shown"] == second
    assert liaison.get(INBOX).context["shown"] == first


def test_the_preview_fragment_hides_the_phone(liaison, city, push):
    text = text_of(liaison.get(reverse("linkage:inbox_preview", args=[push.number])))
    assert "138****1001" in text
    assert push.subject.phone not in text


def test_the_preview_is_not_there_for_a_stranger(stranger, push):
    assert stranger.get(reverse("linkage:inbox_preview", args=[push.number])).status_code == 404


def bulk(client, action, *pushes, **more):
    values = [f"{one.number}:{one.version}" for one in pushes]
    return client.post(reverse("linkage:inbox_bulk"), {"action": action, "push": values, **more}, follow=True)


def test_bulk_reads_every_ticked_push(liaison, city):
    pushes = pushes_for(city, 2)
    text = text_of(bulk(liaison, "read", *pushes))
    assert "已签阅 2 条" in text
    assert not Push.objects.filter(read_at=None).exists()


def test_bulk_does_the_rest_when_one_is_refused(liaison, city):
    good = pushes_for(city, 1)[0]
    refused = PushFactory(entry=city.entry, application=city.application, sequence=5, waiting=True)
    text = text_of(bulk(liaison, "read", good, refused))
    assert "已签阅 1 条" in text
    assert f"{refused.number} {refused.subject}" in text
    assert "当前状态为“待认领”" in text
    good.refresh_from_db()
    refused.refresh_from_db()
    assert good.read_at is not None
    assert refused.read_at is None


def test_bulk_tells_of_a_push_that_changed_meanwhile(liaison, city):
    push = pushes_for(city, 1)[0]
    Push.objects.filter(pk=push.pk).update(version=9)
    assert "刚刚被他人修改" in text_of(bulk(liaison, "read", push))


def test_bulk_assigns_to_a_colleague(liaison, city):
    colleague = StaffFactory(department=city.entry.department, roles=[Role.INSPECTOR])
    pushes = pushes_for(city, 2)
    bulk(liaison, "assign", *pushes, assignee=colleague.username)
    assert set(Push.objects.values_list("assignee", flat=True)) == {colleague.pk}


def test_bulk_assigns_to_nobody_outside(liaison, city):
    push = pushes_for(city, 1)[0]
    outside = StaffFactory(roles=[Role.INSPECTOR])
    assert "请先选择指派给谁" in text_of(bulk(liaison, "assign", push, assignee=outside.username))
    push.refresh_from_db()
    assert push.assignee is None


def test_bulk_leaves_foreign_pushes_alone(stranger, city):
    push = pushes_for(city, 1)[0]
    bulk(stranger, "read", push)
    push.refresh_from_db()
    assert push.read_at is None


def test_bulk_without_a_tick_says_so(liaison, city):
    assert "请先勾选推送" in text_of(bulk(liaison, "read"))


def test_bulk_goes_back_nowhere_outside(liaison, city):
    response = liaison.post(reverse("linkage:inbox_bulk"), {"next": "https://elsewhere.example/"})
    assert response.url == INBOX


def test_bulk_by_get_is_refused(liaison, city):
    assert liaison.get(reverse("linkage:inbox_bulk")).status_code == 405


def test_the_export_is_a_workbook_of_the_filter(liaison, city):
    wanted = pushes_for(city, 1, due_on=TODAY - timedelta(days=1))[0]
    PushFactory(entry=city.entry, application=city.application, sequence=8)
    response = liaison.get(reverse("linkage:inbox_export"), {"due": "over"})
    rows = list(openpyxl.load_workbook(io.BytesIO(response.content)).active.values)
    assert [row[0] for row in rows] == ["推送编号", wanted.number]


def test_the_export_leaves_a_trace_and_no_phone(liaison, city, push):
    content = liaison.get(reverse("linkage:inbox_export")).content
    assert AuditEntry.objects.filter(action="inbox.export").exists()
    cells = [str(cell) for row in openpyxl.load_workbook(io.BytesIO(content)).active.values for cell in row]
    assert push.subject.phone not in " ".join(cells)


def test_bulk_transfer_asks_for_office_and_reason_first(liaison, city):
    pushes = pushes_for(city, 2)
    text = text_of(bulk(liaison, "transfer", *pushes))
    assert "批量改办科室 2 条" in text
    assert all(f'value="{one.number}:{one.version}"' in text for one in pushes)
    assert not Push.objects.exclude(office=city.entry.office).exists()


def test_bulk_transfer_without_a_reason_says_so_beside_the_field(liaison, city):
    office = OfficeFactory(department=city.entry.department)
    values = {"confirmed": "1", "office": office.code}
    response = bulk(liaison, "transfer", *pushes_for(city, 1), **values)
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"reason"}


def test_bulk_transfer_does_the_rest_when_one_is_refused(liaison, city):
    office = OfficeFactory(department=city.entry.department, name="执法二科")
    good, there = pushes_for(city, 2)
    Push.objects.filter(pk=there.pk).update(office=office)
    values = {"confirmed": "1", "office": office.code, "reason": "职能调整"}
    text = text_of(bulk(liaison, "transfer", good, there, **values))
    assert "已改办科室 1 条。另有 1 条未能办理" in text
    assert f"未改办科室：{there.number}" in text
    good.refresh_from_db()
    assert good.office == office


def test_bulk_transfer_goes_to_no_office_of_another_department(liaison, city):
    push = pushes_for(city, 1)[0]
    values = {"confirmed": "1", "office": OfficeFactory().code, "reason": "职能调整"}
    assert bulk(liaison, "transfer", push, **values).context["form"].errors.keys() == {"office"}
    push.refresh_from_db()
    assert push.office == city.entry.office


def test_bulk_return_raises_one_objection_a_push(liaison, city):
    claimed = pushes_for(city, 2)
    values = {"confirmed": "1", "reason_code": DutyObjection.ReasonCode.values[0], "reason": "不属于本部门职责"}
    text = text_of(bulk(liaison, "return", *claimed, **values))
    assert "已提出职责异议 2 条" in text
    assert set(DutyObjection.objects.values_list("push", flat=True)) == {one.pk for one in claimed}


def test_bulk_transfer_is_not_for_somebody_without_the_right(sign_in, city):
    push = pushes_for(city, 1)[0]
    reader = sign_in(StaffFactory(department=city.entry.department, roles=[Role.INSPECTOR]))
    values = {"confirmed": "1", "office": OfficeFactory(department=city.entry.department).code, "reason": "职能调整"}
    assert "未改办科室" in text_of(bulk(reader, "transfer", push, **values))
    push.refresh_from_db()
    assert push.office == city.entry.office
