"""Registering the signed papers that divide duties between two departments (权责依据文书, R10.01)."""

from datetime import date

from django.db import IntegrityError, transaction

from linkage.models import Basis, BasisPaper
from shenguan import audit, texts
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.files.models import StoredFile
from shenguan.org.models import Department
from shenguan.refusals import Invalid


@transaction.atomic
def register_paper(
    *,
    by: Actor,
    kind: str,
    number: str,
    approval_department: Department,
    department: Department,
    file: StoredFile,
    valid_from: date,
    valid_to: date | None = None,
) -> BasisPaper:
    """One signed paper with its number and validity; rows of the list then refer to it. It is never changed: a renewed
    paper is registered anew. Raises Invalid by field, NotAllowed.
    """
    by.require(Permission.LINKAGE_LIST_EDIT)
    errors: dict[str, list[str]] = {}
    number = number.strip()
    if kind not in Basis.values:
        errors["kind"] = ["请选择文书种类。"]
    if not texts.is_written(number) or len(number) > 80:
        errors["number"] = ["请填写文号，最多 80 字。"]
    elif BasisPaper.objects.filter(number=number).exists():
        errors["number"] = [f"文号“{number}”已登记；续签的文书请用新文号登记。"]
    if approval_department.pk == department.pk:
        errors["department"] = ["审批部门与监管部门相同，无需登记文书。"]
    if valid_to is not None and valid_to < valid_from:
        errors["valid_to"] = ["有效期止不能早于有效期起。"]
    if errors:
        raise Invalid("文书登记有误，请按提示修改。", errors)
    try:
        with transaction.atomic():
            paper = BasisPaper.objects.create(
                kind=kind,
                number=number,
                approval_department=approval_department,
                department=department,
                file=file,
                valid_from=valid_from,
                valid_to=valid_to,
                recorded_by=by.key[:60],
            )
    except IntegrityError as error:  # somebody registered the same number a moment ago
        raise Invalid("文号已登记。", {"number": [f"文号“{number}”已登记。"]}) from error
    audit.record("list.register_paper", by=by, target=paper, detail={"sha256": file.sha256})
    return paper
