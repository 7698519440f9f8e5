"""The wording of official papers, paragraph by paragraph, from what was stored when they were issued."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from approvals.law import LICENSING_LAW, REMEDY
from approvals.models import Document

Kind = Document.Kind
Body = Mapping[str, Any]


def official(day: str | date) -> str:
    """2026年3月17日 (RULES R12.06)."""
    value = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{value.year}年{value.month}月{value.day}日"


def paragraphs(document: Document) -> list[str]:
    """The body of the paper after the salutation."""
    name = document.application.variant.name
    return [text for text in WORDING[Kind(document.kind)](name, document.body) if text]


def _receipt(name: str, body: Body) -> list[str]:
    return [
        f"你（单位）提交的“{name}”申请材料已于{official(body['received_on'])}收到，办件编号 {body['case_number']}。",
        f"依据{LICENSING_LAW}第三十二条，本机关自收到申请材料之日起五个工作日内告知是否需要补正；"
        "逾期不告知的，自收到申请材料之日起即为受理。",
    ]


def _acceptance(name: str, body: Body) -> list[str]:
    deemed = "因本机关逾期未告知补正，依法自收到申请材料之日起视为受理。" if body.get("deemed") else ""
    return [
        f"你（单位）提出的“{name}”申请，经审查符合受理条件，依据{LICENSING_LAW}第三十二条，"
        f"本机关自{official(body['accepted_on'])}起予以受理，办件编号 {body['case_number']}。",
        deemed,
        f"法定办结期限为{official(body['statutory_due_on'])}，本机关承诺于{official(body['promised_due_on'])}前办结。"
        "依法需要听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审的，所需时间不计算在内，另行书面告知。",
    ]


def _tolerance(name: str, body: Body) -> list[str]:
    missing = "；".join(f"{n}. {paper}" for n, paper in enumerate(body["missing"], start=1))
    return [
        *_acceptance(name, body),
        f"下列材料须于{official(body['due_on'])}前补齐：{missing}。",
        str(body["effect"]),
        f"补齐承诺签署人：{body['promise_signed_by']}。本通知书一式两份，申请人和本机关各执一份。",
    ]


def _correction(name: str, body: Body) -> list[str]:
    wanted = [
        f"{n}. {row['material'] + '：' if row['material'] else ''}{row['text']}"
        for n, row in enumerate(body["requests"], start=1)
    ]
    return [
        f"你（单位）提出的“{name}”申请（办件编号 {body['case_number']}），申请材料不齐全或者不符合法定形式。"
        f"依据{LICENSING_LAW}第三十二条，现一次性告知需要补正的全部内容：",
        *wanted,
        "按照上述要求提交全部补正材料的，本机关予以受理。",
    ]


def _non_acceptance(name: str, body: Body) -> list[str]:
    office = f"请向{body['right_office']}申请。" if body.get("right_office") else ""
    return [
        f"你（单位）提出的“{name}”申请（办件编号 {body['case_number']}），本机关决定不予受理。",
        f"理由：{body['ground']}。{body['reason']}",
        office,
        str(body["remedy"]),
    ]


def _not_required(name: str, body: Body) -> list[str]:
    return [
        f"你（单位）提出的“{name}”申请，所涉事项依法不需要取得行政许可，依据{LICENSING_LAW}第三十二条，本机关不受理。",
        f"说明：{body['reason']}",
    ]


def _extension(name: str, body: Body) -> list[str]:
    return [
        f"你（单位）申请的“{name}”（办件编号 {body['case_number']}），在法定期限内不能作出决定。"
        f"依据{LICENSING_LAW}第四十二条，经本机关负责人批准，延长审批期限 {body['days']} 个工作日，"
        f"至{official(body['statutory_due_on'])}。",
        f"理由：{body['reason']}",
    ]


def _pause(name: str, body: Body) -> list[str]:
    return [
        f"你（单位）申请的“{name}”（办件编号 {body['case_number']}），依法需要{body['reason']}。"
        f"依据{LICENSING_LAW}第四十五条，自{official(body['start_on'])}起，所需时间约 {body['days']} 个工作日，"
        "不计算在审批期限内。",
    ]


def _grant(name: str, body: Body) -> list[str]:
    reason = f"审查意见：{body['reason']}" if body.get("reason") else ""
    return [
        f"你（单位）提出的“{name}”申请（办件编号 {body['case_number']}），经审查符合法定条件、标准。"
        f"依据{LICENSING_LAW}第三十八条，本机关决定准予行政许可。",
        reason,
        "本机关自作出决定之日起十个工作日内颁发、送达行政许可证件。",
        "请依法依规从事许可活动，并配合监管部门的监督检查。",
    ]


def _refusal(name: str, body: Body) -> list[str]:
    return [
        f"你（单位）提出的“{name}”申请（办件编号 {body['case_number']}），经审查不符合法定条件、标准。"
        f"依据{LICENSING_LAW}第三十八条，本机关决定不予行政许可。",
        f"理由：{body['reason']}",
        str(body["remedy"]),
    ]


def _commitment(name: str, body: Body) -> list[str]:
    return [*str(body["text"]).splitlines(), f"全文摘要（SHA-256）：{body['sha256']}"]


def _termination(name: str, body: Body) -> list[str]:
    missing = body.get("missing")
    why = f"容缺材料逾期未补齐：{'、'.join(missing)}" if missing else str(body.get("reason", ""))
    return [f"你（单位）申请的“{name}”（办件编号 {body['case_number']}）终止办理。", f"理由：{why}。"]


def _permit_paper(verb: str) -> Callable[[str, Body], list[str]]:
    def write(name: str, body: Body) -> list[str]:
        basis = f"依据{body['legal_basis']}，" if body.get("legal_basis") else ""
        return [
            f"你（单位）持有的证照（编号 {body['permit']}），{basis}本机关决定予以{verb}。",
            f"事实和理由：{body['reason']}",
            REMEDY,
        ]

    return write


WORDING: dict[Kind, Callable[[str, Body], list[str]]] = {
    Kind.RECEIPT: _receipt,
    Kind.ACCEPTANCE: _acceptance,
    Kind.TOLERANCE: _tolerance,
    Kind.CORRECTION: _correction,
    Kind.NON_ACCEPTANCE: _non_acceptance,
    Kind.NOT_REQUIRED: _not_required,
    Kind.EXTENSION: _extension,
    Kind.PAUSE: _pause,
    Kind.GRANT: _grant,
    Kind.REFUSAL: _refusal,
    Kind.COMMITMENT: _commitment,
    Kind.TERMINATION: _termination,
    Kind.REVOCATION: _permit_paper("撤销"),
    Kind.WITHDRAWAL: _permit_paper("撤回"),
    Kind.CHANGE: _permit_paper("变更"),
    Kind.SUSPENSION: _permit_paper("暂扣"),
    Kind.CANCELLATION: _permit_paper("注销"),
}
