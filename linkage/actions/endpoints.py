"""Registering where a department wants its pushes."""

import base64
import secrets

from django.db import transaction

from linkage.channels.webhook.guard import ForbiddenAddressError, check_url
from linkage.models import Endpoint
from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.org.models import Department
from shenguan.refusals import Invalid

SECRET_BYTES = 32


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
    endpoint.previous_secret = endpoint.secret
    endpoint.secret = "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    endpoint.url, endpoint.allow_http, endpoint.is_active = url, allow_http, True
    if known:
        endpoint.save(update_fields=["previous_secret", "secret", "url", "allow_http", "is_active"])
    else:
        endpoint.save(force_insert=True)
    detail = {"url": url, "allow_http": allow_http, "rotated": known is not None}
    audit.record("endpoint.register", by=by, target=endpoint, label=str(department), detail=detail)
    return endpoint
