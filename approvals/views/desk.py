"""What the intake page and its fragments show: one place that turns a case into choices, labels and errors."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from approvals import policies
from approvals.forms.intake import IntakeForm
from approvals.models import Application, ApplicationMaterial, ApprovalItem, ItemVariant
from credit.models import CreditCheck
from shenguan.refusals import Refusal
from shenguan.workdays import calendar

Mode = Application.Mode
Status = Application.Status
State = ApplicationMaterial.State
AT_WINDOW = frozenset({Status.DRAFT, Status.RECEIVED, Status.CORRECTING})
PUSHED = frozenset({ApprovalItem.LinkageState.LISTED, ApprovalItem.LinkageState.UNIFIED_CROSS})
VERBS = {Mode.STANDARD: "受理", Mode.TOLERANCE: "容缺受理", Mode.COMMITMENT: "告知承诺受理"}


@dataclass(frozen=True)
class Choice:
    """One way of acceptance as the page offers it; `label` is what the button will say."""

    mode: str
    name: str
    hint: str
    is_open: bool
    is_chosen: bool
    label: str


@dataclass(frozen=True)
class Problem:
    """One thing to correct, with the control it is about; `anchor` is empty when it is about none."""

    anchor: str
    label: str
    sentence: str


def context(
    variant: ItemVariant,
    application: Application | None,
    form: IntakeForm,
    *,
    refusal: Refusal | None = None,
    is_unknown: bool = False,
) -> dict[str, Any]:
    """Everything the templates of the intake page read."""
    item = variant.item
    check = application.credit_check if application else None
    materials = _materials(application)
    choices = _choices(variant, check, form)
    return {
        "variant": variant,
        "item": item,
        "application": application,
        "subject": application.subject if application else None,
        "form": form,
        "editable": application is None or application.status == Status.DRAFT,
        "is_unknown": is_unknown,
        "materials": materials,
        "listed": [] if application else list(item.materials.all()),
        "complete": sum(row.state in (State.RECEIVED, State.WAIVED) for row in materials),
        "waived": sum(row.state == State.WAIVED for row in materials),
        "check": check,
        "choices": choices,
        "chosen": next(choice for choice in choices if choice.is_chosen),
        "green": policies.green_channel(check),
        "green_chosen": bool(form["green_channel"].value()),
        "banned": application is not None and policies.is_banned(application),
        "signed": getattr(application, "commitment", None) if application else None,
        "longest_days": variant.promised_days,
        "refusal": refusal,
        "problems": problems(form, refusal),
        "target_query": _target_query(item, application, form),
    }


def initial(variant: ItemVariant, application: Application | None) -> dict[str, Any]:
    """What the form shows before anything is typed. The number of a person is never sent back to a page."""
    if application is None:
        return {"mode": Mode.STANDARD, "days": variant.promised_days}
    return {
        "code": application.subject.uscc or "",
        "address": application.address,
        "agent_name": application.agent_name,
        "agent_phone": application.agent_phone,
        "remark": application.remark,
        "mode": application.mode,
        "days": variant.promised_days,
        "signed_by": application.agent_name,
        "version": application.version,
    }


def problems(form: IntakeForm, refusal: Refusal | None) -> list[Problem]:
    """Field errors first; the sentence of a refusal when it is about no field."""
    found = []
    for name, sentences in form.errors.items():
        for sentence in sentences:
            anchor = ANCHORS.get(name) or (form[name].id_for_label if name in form.fields else "")
            found.append(Problem(anchor, str(form[name].label) if name in form.fields else "", str(sentence)))
    if refusal is not None and not found:
        found.append(Problem("", "", refusal.message))
    return found


ANCHORS = {"mode": "mode-standard", "green_channel": "green-channel"}
FIELD_OF = {"uscc": "code", "id_number": "code", "material": "mode"}


def take_over(form: IntakeForm, refusal: Refusal) -> None:
    """Puts the refusal's sentences beside the controls they are about and the cursor into the first of them."""
    for name, sentences in getattr(refusal, "errors", {}).items():
        field = FIELD_OF.get(name, name)
        if field in form.fields and field not in form.errors:
            form.add_error(field, sentences)
    first = next((name for name in form.fields if name in form.errors), "")
    if first:
        form.fields[first].widget.attrs["autofocus"] = True


def _target_query(item: ApprovalItem, application: Application | None, form: IntakeForm) -> str:
    """What the linkage fragment is asked: who will be told of this item, applicant and these situations."""
    ticked = form.situations if form.is_bound else application.situations if application else []
    kind = application.subject.kind if application else ""
    return urlencode({"item": item.code, "subject_kind": kind, "situations": ticked}, doseq=True)


def _materials(application: Application | None) -> list[ApplicationMaterial]:
    return list(application.materials.select_related("material", "file")) if application else []


def _choices(variant: ItemVariant, check: CreditCheck | None, form: IntakeForm) -> list[Choice]:
    verdicts = policies.allowed_modes(variant.item, check)
    wanted = form["mode"].value() or Mode.STANDARD
    chosen = wanted if verdicts[Mode(wanted)].allowed else Mode.STANDARD
    pushed = "并推送" if variant.item.linkage_state in PUSHED else ""
    return [
        Choice(
            mode=mode.value,
            name=str(mode.label),
            hint=verdict.reason or _hint(mode, variant),
            is_open=verdict.allowed,
            is_chosen=mode == chosen,
            label=VERBS[mode] + pushed,
        )
        for mode, verdict in verdicts.items()
    ]


def _hint(mode: Mode, variant: ItemVariant) -> str:
    if mode == Mode.TOLERANCE:
        last = calendar.add_workdays(calendar.today(), variant.promised_days).due_on
        return f"主要材料齐全，次要材料最迟 {last.month} 月 {last.day} 日补齐"
    if mode == Mode.COMMITMENT:
        days = variant.item.commitment_check_days
        return f"申请表加承诺书，当场决定{f'，{days} 个工作日内核查' if days else '，事后核查'}"
    return "材料齐全后受理"
