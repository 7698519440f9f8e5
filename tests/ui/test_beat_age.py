"""`beat_age` tells a container's health check whether the timer is heard."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from shenguan.ui.models import BeatMark

pytestmark = pytest.mark.django_db


def heard(seconds_ago: int) -> None:
    BeatMark.objects.create(name="beat", seen_at=timezone.now() - timedelta(seconds=seconds_ago))


def test_it_prints_the_age_of_a_punctual_timer(clock: object) -> None:
    heard(120)
    out = StringIO()
    call_command("beat_age", "--at-most", "120", stdout=out)
    assert out.getvalue().strip() == "120"


def test_it_fails_for_a_late_timer(clock: object) -> None:
    heard(121)
    with pytest.raises(CommandError, match="121（上限 120 秒）"):
        call_command("beat_age", "--at-most", "120")


def test_it_fails_for_a_timer_never_heard() -> None:
    with pytest.raises(CommandError, match="从未运行"):
        call_command("beat_age")
