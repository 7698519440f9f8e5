"""/public/linkage-list/: open to everybody, persons by name, offices' telephones, no mobile numbers."""

import io
import json
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from linkage.models import LinkageEntry, ListVersion
from tests.factories.ground import OfficeFactory
from tests.factories.linkage import LinkageEntryFactory, ListVersionFactory

PAGE = reverse("linkage_public:list")


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def entry(db, today) -> LinkageEntry:
    """The one row of the list in force."""
    row = LinkageEntryFactory()
    row.office.phone = "0700-6181015"
    row.office.save(update_fields=["phone"])
    return row


def download(file_format: str) -> str:
    return reverse("linkage_public:download", args=[file_format])


def test_anybody_reads_who_approves_and_who_supervises(client, entry):
    text = text_of(client.get(PAGE))
    for word in (entry.approval_item.name, entry.department.name, entry.liaison.name, "0700-6181015"):
        assert word in text


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}?print=1", download("csv"), download("json")])
def test_no_mobile_number_leaves_the_house(client, entry, address):
    content = text_of(client.get(address))
    assert entry.liaison.mobile not in content
    assert entry.approval_liaison.mobile not in content


@pytest.mark.parametrize(("asked", "found"), [("q=食品", 1), ("q=spjyxk", 1), ("q=采砂", 0), ("department=nobody", 0)])
def test_it_is_searched(client, entry, asked, found):
    assert client.get(f"{PAGE}?{asked}").context["found"] == found


def test_it_is_narrowed_to_a_department(client, entry):
    LinkageEntryFactory(version=entry.version)
    response = client.get(PAGE, {"department": entry.department.code})
    assert [row.pk for row in response.context["page"].items] == [entry.pk]


def test_a_draft_is_nobodys_business(client, entry):
    draft = LinkageEntryFactory(version=ListVersionFactory(draft=True))
    assert draft.supervision_item.name not in text_of(client.get(PAGE))
    assert client.get(PAGE, {"version": draft.version.label}).status_code == 404


def test_an_older_version_stays_readable(client, entry):
    old = ListVersionFactory(
        label="2025-1",
        status=ListVersion.Status.RETIRED,
        effective_from=date(2025, 1, 1),
        effective_to=date(2026, 6, 30),
    )
    row = LinkageEntryFactory(version=old)
    assert row.supervision_item.name in text_of(client.get(PAGE, {"version": "2025-1"}))


def test_before_the_first_publication_it_says_so(client, db, today):
    assert "清单尚未公布" in text_of(client.get(PAGE))
    assert client.get(download("csv")).status_code == 404


def test_the_annex_has_every_row(client, entry):
    for _ in range(25):
        LinkageEntryFactory(version=entry.version)
    response = client.get(f"{PAGE}?print=1")
    assert len(response.context["entries"]) == 26
    assert "审管联动事项清单" in text_of(response)


def test_the_workbook_holds_the_rows(client, entry):
    rows = list(openpyxl.load_workbook(io.BytesIO(client.get(download("xlsx")).content)).active.values)
    assert rows[0][1] == "审批事项"
    assert rows[1][1] == entry.approval_item.name


def test_the_csv_opens_in_excel(client, entry):
    content = client.get(download("csv")).content
    assert content.startswith(b"\xef\xbb\xbf")
    assert entry.liaison.name in content.decode()


def test_a_name_cannot_become_a_formula(client, entry):
    office = OfficeFactory(department=entry.department, name="=HYPERLINK(1)")
    LinkageEntry.objects.update(office=office)
    assert "'=HYPERLINK(1)" in text_of(client.get(download("csv")))


def test_the_json_names_its_version(client, entry):
    body = json.loads(client.get(download("json")).content)
    assert body["version"] == entry.version.label
    assert body["items"][0]["审批事项"] == entry.approval_item.name


def test_another_format_is_not_found(client, entry):
    assert client.get("/public/linkage-list.exe").status_code == 404


def test_it_is_not_for_posting(client, entry):
    assert client.post(PAGE).status_code == 405


def test_it_costs_the_same_for_many_rows(client, entry, django_assert_max_num_queries):
    for _ in range(30):
        LinkageEntryFactory(version=entry.version)
    with django_assert_max_num_queries(7):
        client.get(PAGE)


def test_the_annex_reads_as_an_official_paper(client, entry):
    text = text_of(client.get(f"{PAGE}?print=1"))
    version = entry.version
    assert "附件" in text
    assert f"{version} 版，2026年7月1日起施行，共 1 条" in text
    assert "（盖章）" in text
    assert text.count("<thead>") == 1  # one table, whose head the print repeats


def test_an_excerpt_says_so(client, entry):
    LinkageEntryFactory(version=entry.version)
    text = text_of(client.get(f"{PAGE}?print=1&department={entry.department.code}"))
    assert "摘录 1 条" in text


def test_the_annex_shows_no_mobile_number(client, entry):
    entry.liaison.mobile = "13800000001"
    entry.liaison.save(update_fields=["mobile"])
    assert "13800000001" not in text_of(client.get(f"{PAGE}?print=1"))
