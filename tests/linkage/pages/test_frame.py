"""What the linkage puts into the frame: numbers in the menu, the global search, the health check."""

from django.urls import reverse

from linkage.health import oldest_undelivered
from shenguan.ui import navigation, search
from tests.factories.linkage import DeliveryFactory, DutyObjectionFactory, PushFactory, UnmappedEventFactory


def entry_of(staff, url_name):
    links = [link for group in navigation.menu_for(staff, "/") for link in group.entries]
    return next(link for link in links if link.href == reverse(url_name))


def test_the_menu_counts_open_pushes_and_warns_of_late_ones(city, today):
    PushFactory(entry=city.entry, application=city.application, due_on="2026-11-19")
    entry = entry_of(city.liaison, "linkage:inbox")
    assert (entry.count, entry.hot) == (1, True)


def test_the_menu_counts_the_desk(city):
    UnmappedEventFactory()
    DutyObjectionFactory()
    assert entry_of(city.coordinator, "linkage:unmapped").count == 2


def test_a_push_is_found_by_its_number_and_opens_at_once(city, push):
    (hit,) = [hit for hit in search.find(city.liaison, push.number.lower()) if hit.kind == "推送"]
    assert hit.exact
    assert hit.url == reverse("linkage:push_detail", args=[push.number])


def test_a_push_is_not_found_by_a_stranger(stranger, push, sign_in, city):
    outsider = PushFactory().owner
    assert [hit for hit in search.find(outsider, push.number) if hit.kind == "推送"] == []


def test_a_row_of_the_list_is_found_by_its_name(city):
    hits = [hit for hit in search.find(city.liaison, city.entry.supervision_item.name) if hit.kind == "联动清单"]
    assert len(hits) == 1


def test_the_health_check_tells_the_age_of_the_oldest_delivery(city, clock):
    DeliveryFactory(push=PushFactory(entry=city.entry, application=city.application))
    clock.shift(90)
    finding = oldest_undelivered()
    assert (finding.ok, finding.value) == (True, 90)


def test_the_health_check_is_empty_when_nothing_waits(db):
    assert oldest_undelivered().value is None
