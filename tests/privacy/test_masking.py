"""The masks of RULES §11."""

import pytest

from shenguan.privacy import masking


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("", ""),
        ("张", "张"),
        ("张明", "张*"),
        ("张小明", "张*明"),
        ("张明明亮", "张**亮"),
        ("欧阳明", "欧阳*"),
        ("欧阳明华", "欧阳**"),
        ("东方", "东*"),
    ],
)
def test_it_masks_a_name(name, shown):
    assert masking.mask_name(name) == shown


def test_it_masks_an_id_number():
    assert masking.mask_id_number("430902190003070015") == "430902********0015"


def test_it_masks_more_of_an_id_number_on_public_pages():
    assert masking.mask_id_number("430902190003070015", public=True) == "4****************5"


@pytest.mark.parametrize("number", ["43090219000307001", "430902900307001", "G12345678", ""])
def test_it_hides_any_other_document_number_whole(number):
    assert masking.mask_id_number(number) == "*" * len(number)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812341234", "138****1234"),
        ("0737-4220018", "0737-***0018"),
        ("07374220018", "0737-***0018"),
        ("010-62220018", "010-****0018"),
        ("02062220018", "020-****0018"),
        ("4220018", "*******"),
        ("+8613812341234", "**************"),
        ("12345", "*****"),
        ("", ""),
    ],
)
def test_it_masks_a_phone_number(phone, shown):
    assert masking.mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("湖南省益阳市资阳区汽车路街道5号", "湖南省益阳市资阳区****"),
        ("云州市青溪县石塘镇兴石街19号", "云州市青溪县****"),
        ("云州市阳光小区3栋502", "云州市****"),
        ("云州市文昌社区7号", "云州市****"),
        ("石塘镇兴石街19号", "****"),
        ("", ""),
    ],
)
def test_it_shows_an_address_down_to_the_district(address, shown):
    assert masking.mask_address(address) == shown


@pytest.mark.parametrize(("email", "shown"), [("yuan@163.com", "y***@163.com"), ("yuan", "****"), ("", "")])
def test_it_masks_an_email_address(email, shown):
    assert masking.mask_email(email) == shown


@pytest.mark.parametrize(("number", "shown"), [("6222020200011234", "****1234"), ("1234", "****"), ("", "")])
def test_it_shows_the_end_of_a_bank_card(number, shown):
    assert masking.mask_bank_card(number) == shown
