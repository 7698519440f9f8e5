"""Where a department wants its pushes, and what people decide about it: address, key, pace, pause."""

import base64
import secrets
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from linkage.channels.base import Answer, Target
from linkage.channels.carrier import carrier
from linkage.channels.webhook.channel import WebhookChannel
from linkage.channels.webhook.envelope import ping as ping_envelope
from linkage.channels.webhook.guard import ForbiddenAddressError, check_url
from linkage.models import Endpoint, Lane
from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.events import nudge
from shenguan.org.models import Department
from shenguan.refusals import Invalid, StateForbids

SECRET_BYTES = 32
PING_SECONDS = 20
LONGEST_ROTATION = timedelta(days=90)
DELIVERING_TASK = "linkage.tasks.deliver_due"


@transaction.atomic
def register(*, by: Actor, department: Department, url: str, allow_http: bool = False) -> Endpoint:
    """Registers an address and makes its signing secret; registering again changes the address and rotates the secret.

    While rotating, calls carry signatures by both secrets. Raises Invalid for an address that may not be called.
    """
    by.require(Permission.SYSTEM_MANAGE)
    try:
        check_url(url, allow_private=allow_http)
    except ForbiddenAddressError as error:
        raise Invalid(str(error), {"url": [str(error)]}) from error
    known = Endpoint.objects.select_for_update(of=("self",)).filter(department=department).first()
    endpoint = known or Endpoint(department=department)
    endpoint.previous_secret, endpoint.previous_until = endpoint.secret, None
    endpoint.secret = _new_secret()
    endpoint.url, endpoint.allow_http, endpoint.is_active = url, allow_http, True
    if known:
        endpoint.save(update_fields=["previous_secret", "previous_until", "secret", "url", "allow_http", "is_active"])
    else:
        endpoint.save(force_insert=True)
        Lane.objects.create(endpoint=endpoint)
    _note("endpoint.register", endpoint, by, url=url, allow_http=allow_http, rotated=known is not None)
    return endpoint


@transaction.atomic
def rotate_key(endpoint: Endpoint, *, by: Actor, until: datetime | None = None) -> Endpoint:
    """A new signing secret; calls carry both signatures until `until`, or until `finish_rotation`.

    Raises StateForbids while a rotation is under way, Invalid for an end in the past or after 90 days.
    """
    by.require(Permission.SYSTEM_MANAGE)
    locked, now = _lock(endpoint), timezone.now()
    if len(locked.valid_secrets(now)) > 1:
        raise StateForbids(
            "上一次密钥轮换还没有结束，请先“结束轮换”，再换新密钥。", state="rotating", allowed=["finish_rotation"]
        )
    if until is not None and not now < until <= now + LONGEST_ROTATION:
        raise Invalid("旧密钥的有效期应在今后 90 天以内。", {"until": ["请填写今后 90 天以内的时间。"]})
    locked.previous_secret, locked.previous_until = locked.secret, until
    locked.secret = _new_secret()
    locked.save(update_fields=["previous_secret", "previous_until", "secret"])
    _note("endpoint.rotate_key", locked, by, until=until.isoformat() if until else None)
    return locked


@transaction.atomic
def finish_rotation(endpoint: Endpoint, *, by: Actor) -> Endpoint:
    """The old secret ends now. Raises StateForbids when none is valid beside the new one."""
    by.require(Permission.SYSTEM_MANAGE)
    locked = _lock(endpoint)
    if not locked.previous_secret:
        raise StateForbids("没有正在进行的密钥轮换。", state="settled", allowed=["rotate_key"])
    locked.previous_secret, locked.previous_until = "", None
    locked.save(update_fields=["previous_secret", "previous_until"])
    _note("endpoint.finish_rotation", locked, by)
    return locked


@transaction.atomic
def pause(endpoint: Endpoint, *, by: Actor, reason: str) -> Endpoint:
    """Nothing goes there until `resume`; pushes queue up and nothing of them is given up meanwhile.

    Raises StateForbids when it is paused already, Invalid without a reason.
    """
    _require_desk(by)
    reason = reason.strip()
    if not reason:
        raise Invalid("请写明暂停原因。", {"reason": ["请写明暂停原因。"]})
    locked = _lock(endpoint)
    if locked.paused_at is not None:
        raise StateForbids(f"已由{locked.paused_by}暂停。", state="paused", allowed=["resume"])
    locked.paused_at, locked.paused_by, locked.pause_reason = timezone.now(), by.name[:60], reason[:200]
    locked.save(update_fields=["paused_at", "paused_by", "pause_reason"])
    _note("endpoint.pause", locked, by, reason=reason)
    return locked


@transaction.atomic
def resume(endpoint: Endpoint, *, by: Actor) -> Endpoint:
    """Deliveries go on, in order, with what queued up. Raises StateForbids when it was not paused."""
    _require_desk(by)
    locked = _lock(endpoint)
    if locked.paused_at is None:
        raise StateForbids("该接收系统没有暂停。", state="running", allowed=["pause"])
    since, locked.paused_at, locked.paused_by, locked.pause_reason = locked.paused_at, None, "", ""
    locked.save(update_fields=["paused_at", "paused_by", "pause_reason"])
    _note("endpoint.resume", locked, by, since=since.isoformat())
    nudge.after_commit(DELIVERING_TASK)
    return locked


@transaction.atomic
def set_pace(endpoint: Endpoint, *, by: Actor, batch_size: int, max_calls: int, per_minute: int | None) -> Endpoint:
    """How many pushes a call carries, how many calls run at once, how many start in a minute (None: no limit).

    Raises Invalid for numbers out of bounds.
    """
    by.require(Permission.SYSTEM_MANAGE)
    locked = _lock(endpoint)
    locked.batch_size, locked.max_calls, locked.per_minute = batch_size, max_calls, per_minute
    names = ["batch_size", "max_calls", "per_minute"]
    try:
        locked.clean_fields(exclude={field.name for field in Endpoint._meta.fields} - set(names))
    except ValidationError as error:
        raise Invalid("投递节奏的数字超出允许范围。", dict(error.message_dict)) from error
    locked.save(update_fields=names)
    _note("endpoint.set_pace", locked, by, **{name: getattr(locked, name) for name in names})
    return locked


@transaction.atomic
def deactivate(endpoint: Endpoint, *, by: Actor) -> Endpoint:
    """The department has no system of its own any more; its pushes stay in the portal's inbox.

    What is queued stays queued and goes on when an address is registered again. Raises StateForbids when inactive.
    """
    by.require(Permission.SYSTEM_MANAGE)
    locked = _lock(endpoint)
    if not locked.is_active:
        raise StateForbids("该接收地址已经停用。", state="inactive", allowed=[])
    locked.is_active = False
    locked.save(update_fields=["is_active"])
    _note("endpoint.deactivate", locked, by)
    return locked


def ping(endpoint: Endpoint, *, by: Actor) -> Answer:
    """One signed test call outside any transaction; it touches no push, no queue and no breaker."""
    _require_desk(by)
    target = Target(endpoint.pk, endpoint.channel, endpoint.url, endpoint.allow_http, (), 1, 1)
    keys, code = endpoint.valid_secrets(timezone.now()), endpoint.department.code
    ping_id = f"ping_{uuid.uuid4()}"
    line = carrier()
    channel = line.channel(endpoint.channel)
    if not isinstance(channel, WebhookChannel):
        raise Invalid("该渠道不支持测试调用。", {})
    answer = line.call(
        channel.post(target, lambda now: ping_envelope(code, ping_id, keys, at=now.astimezone(UTC)))
    ).result(PING_SECONDS)
    with transaction.atomic():
        _note("endpoint.ping", endpoint, by, status=answer.status_code, error=answer.error, ms=answer.duration_ms)
    return answer


def _lock(endpoint: Endpoint) -> Endpoint:
    return Endpoint.objects.select_for_update(of=("self",)).select_related("department").get(pk=endpoint.pk)


def _require_desk(by: Actor) -> None:
    """Coordinators and system administrators. Raises NotAllowed."""
    if by.staff is None or not by.staff.may(Permission.PUSH_ARBITRATE):
        by.require(Permission.SYSTEM_MANAGE)


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _note(action: str, endpoint: Endpoint, by: Actor, **detail: Any) -> None:
    audit.record(action, by=by, target=endpoint, label=str(endpoint.department), detail=detail)
