"""Machine clients of departments (CONTRACT §2, §3)."""

from collections.abc import Iterable

from django.db import transaction
from oauth2_provider.generators import generate_client_secret

from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.access.models import MachineClient
from shenguan.access.roles import Permission
from shenguan.access.scopes import Scope
from shenguan.org.models import Department
from shenguan.refusals import Invalid


@transaction.atomic
def create_client(*, department: Department, scopes: Iterable[str], by: Actor) -> tuple[MachineClient, str]:
    """A client and its secret in plain text; only a hash of the secret is kept.

    Raises NotAllowed without the right, Invalid for unknown or missing scopes and for a closed department.
    """
    by.require(Permission.SYSTEM_MANAGE)
    wanted = list(dict.fromkeys(scopes))
    unknown = [scope for scope in wanted if scope not in Scope.values]
    if unknown or not wanted:
        offer = " ".join(Scope.values)
        raise Invalid(
            f"授权范围无法识别：{' '.join(unknown) or '（空）'}。可用：{offer}。", {"scopes": ["请从可用范围中选择。"]}
        )
    if not department.is_active:
        raise Invalid(f"{department}已停用，不能创建接口客户端。", {"department": ["部门已停用。"]})
    secret = generate_client_secret()
    client = MachineClient.objects.create(
        name=f"{department.short_name}自建系统",
        department=department,
        allowed_scopes=" ".join(wanted),
        client_type=MachineClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=MachineClient.GRANT_CLIENT_CREDENTIALS,
        client_secret=secret,
    )
    audit.record("client.created", by=by, target=client, label=client.name, detail={"scopes": wanted})
    return client, secret
