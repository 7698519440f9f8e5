"""线下往来: the list and the form."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linkage.models import OfflineRecord
from shenguan.access.roles import Role
from tests.factories.ground import StaffFactory

pytestmark = pytest.mark.django_db
NEW = reverse("linkage:offline_new")
LETTER = {"kind": "letter", "counterpart": "市水利局", "happened_on": "2026-11-20", "content": "说明取水口位置"}


def test_a_letter_is_recorded_and_listed(coordinating, city):
    paper = SimpleUploadedFile("来函.pdf", b"%PDF-1.4 x", "application/pdf")
    answer = coordinating.post(NEW, LETTER | {"case_number": city.application.number, "file": paper}, follow=True)
    text = answer.content.decode()
    assert f"已记入办件 {city.application.number} 的时间线" in text
    assert "来函.pdf" in text
    record = OfflineRecord.objects.get()
    assert coordinating.get(reverse("linkage:offline_paper", args=[record.pk])).status_code == 200


def test_a_record_without_paper_has_none_to_open(coordinating, city):
    coordinating.post(NEW, LETTER | {"case_number": city.application.number})
    record = OfflineRecord.objects.get()
    assert coordinating.get(reverse("linkage:offline_paper", args=[record.pk])).status_code == 404


def test_it_asks_for_a_case(coordinating, city):
    answer = coordinating.post(NEW, LETTER)
    assert answer.status_code == 422
    assert "没有办件编号的，请填写来源办件号" in answer.content.decode()


def test_it_refuses_an_unknown_case_beside_its_field(coordinating, city):
    answer = coordinating.post(NEW, LETTER | {"case_number": "YZ-GONE"})
    assert answer.status_code == 422
    assert "case_number" in answer.context["form"].errors


def test_it_takes_one_case_at_a_time(coordinating, city):
    answer = coordinating.post(NEW, LETTER | {"case_number": city.application.number, "item_code": "1"})
    assert (answer.status_code, OfflineRecord.objects.count()) == (422, 0)


def test_it_names_a_wrong_code_beside_its_field(coordinating, city):
    new = {"item_code": city.application.item.code, "source_case_id": "SL-1", "subject_kind": "enterprise",
           "subject_name": "云州水业有限公司", "subject_code": "9143", "stage": "accepted"}  # fmt: skip
    answer = coordinating.post(NEW, LETTER | new)
    assert answer.status_code == 422
    assert "subject_code" in answer.context["form"].errors


def test_another_department_sees_none_of_it(coordinating, city, sign_in):
    coordinating.post(NEW, LETTER | {"case_number": city.application.number})
    stranger = sign_in(StaffFactory(roles=[Role.EXAMINER]))
    assert "市水利局" not in stranger.get(reverse("linkage:offline")).content.decode()


def test_it_costs_the_same_for_many_records(coordinating, city, django_assert_max_num_queries):
    for _ in range(8):
        coordinating.post(NEW, LETTER | {"case_number": city.application.number})
    with django_assert_max_num_queries(14):
        coordinating.get(reverse("linkage:offline"))
