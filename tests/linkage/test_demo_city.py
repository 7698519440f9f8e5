"""The linkage list of the demo city."""

import pytest

from approvals.models import ApprovalItem
from linkage.selectors import lists
from tests.fixtures_demo import DemoCity

pytestmark = pytest.mark.usefixtures("today")


def test_it_leaves_four_items_of_the_demo_city_unmapped_on_purpose(demo_city: DemoCity):
    version = lists.in_force()
    assert version is not None

    found = lists.coverage(version)

    assert len(found.without_supervisor) == 4
    assert {item.linkage_state for item in found.without_supervisor} == {ApprovalItem.LinkageState.WAITING}
    assert found.broken == {}


def test_it_finds_a_receiver_for_every_unconditional_row_of_the_demo_city(demo_city: DemoCity):
    version = lists.in_force()
    assert version is not None
    entry = version.entries.filter(condition="全部").select_related("approval_item").first()
    assert entry is not None

    match, receivers = lists.dry_run(entry.approval_item, [], "granted")

    assert match.outcome == "pushed"
    assert entry.liaison in {receiver.owner for receiver in receivers}
