"""Registering an application before it is received."""

from collections.abc import Sequence
from typing import Any, TypedDict, Unpack

from django.db import transaction

from approvals.actions.cases import check_department, open_case, store
from approvals.models import Application, ApplicationMaterial, ItemMaterial, ItemVariant
from credit.models import Subject
from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.refusals import Invalid


class Changes(TypedDict, total=False):
    """What may change while an application is a draft."""

    variant: ItemVariant
    subject: Subject
    agent_name: str
    agent_phone: str
    address: str
    situations: Sequence[str]
    remark: str


@transaction.atomic
def create(
    *,
    by: Actor,
    variant: ItemVariant,
    subject: Subject,
    agent_name: str = "",
    agent_phone: str = "",
    address: str = "",
    situations: Sequence[str] = (),
    remark: str = "",
) -> Application:
    """A draft with one row per listed paper. It has no number yet and runs no clock.

    `situations` are the conditions of the linkage list that hold for this applicant (适用情形).
    Raises Invalid for an item that is switched off.
    """
    by.require(Permission.APPLICATION_INTAKE)
    item = variant.item
    check_department(item.implementing_department, by)
    if not item.is_active:
        raise Invalid("该事项已停用，请重新选择。", {"variant": ["该事项已停用，请重新选择。"]})
    application = Application.objects.create(
        department=item.implementing_department,
        item=item,
        variant=variant,
        subject=subject,
        agent_name=agent_name.strip(),
        agent_phone=agent_phone.strip(),
        address=address.strip() or subject.business_address or subject.registered_address,
        situations=list(situations),
        remark=remark.strip(),
        created_by=by.key,
        created_by_name=by.name[:150],
    )
    _list_materials(application)
    audit.record("application.create", by=by, target=application, label=variant.name)
    return application


@transaction.atomic
def update(
    application: Application, *, by: Actor, expected_version: int | None = None, **changes: Unpack[Changes]
) -> Application:
    """Writes what is given. Another subject or item makes the credit check void; another item brings its own papers."""
    transition = open_case(
        application, "edit", by=by, permission=Permission.APPLICATION_INTAKE, expected_version=expected_version
    )
    fields: dict[str, Any] = dict(changes)
    variant, subject = changes.get("variant"), changes.get("subject")
    is_other_item = variant is not None and variant.item_id != application.item_id
    if variant is not None and is_other_item:
        check_department(variant.item.implementing_department, by)
        application.materials.all().delete()
        fields |= {"item": variant.item, "department": variant.item.implementing_department, "credit_check": None}
    if subject is not None and subject.pk != application.subject_id:
        fields["credit_check"] = None
    for name, value in fields.items():
        setattr(application, name, value)
    store(application, transition, *fields)
    if is_other_item:
        _list_materials(application)
    audit.record("application.edit", by=by, target=application, detail={"fields": sorted(fields)})
    return application


def _list_materials(application: Application) -> None:
    """A row per paper of the item; papers the office fetches itself are waived from the start (R1.27)."""
    ApplicationMaterial.objects.bulk_create(
        ApplicationMaterial(
            application=application,
            material=material,
            state=ApplicationMaterial.State.WAIVED
            if material.necessity == ItemMaterial.Necessity.WAIVED
            else ApplicationMaterial.State.MISSING,
        )
        for material in application.item.materials.all()
    )
