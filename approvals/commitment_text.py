"""The text of 告知承诺书, written from the item (RULES R2.05, R2.06). A stored text never changes; the version may."""

import hashlib
from datetime import date

from approvals.law import COMMITMENT_CHECK_DAYS
from approvals.models import Application, ApplicationMaterial

VERSION = "2026-1"

_LIABILITY = (
    "作出不实承诺的，依法撤销许可决定或者责令限期整改，已取得的利益不受保护；造成他人损失的，依法承担民事责任；"
    "违反行政管理规定的，依法给予行政处罚；构成犯罪的，依法追究刑事责任。不实承诺、未履行承诺记入信用记录，"
    "修复前不再适用告知承诺。"
)


def check_days_of(application: Application) -> int:
    """Working days after the decision within which the promise is checked (R2.10)."""
    return application.item.commitment_check_days or COMMITMENT_CHECK_DAYS


def render(application: Application, *, signed_by: str, signed_on: date) -> str:
    """The whole text: what the office tells the applicant, then what the applicant promises."""
    item = application.item
    sections = [
        f"{item.name}告知承诺书",
        f"（文本版本 {VERSION}）",
        "一、行政机关告知",
        f"（一）事项名称：{application.variant.name}",
        f"（二）设定依据：{'；'.join(item.legal_basis) or '见本机关公布的办事指南'}",
        f"（三）告知承诺依据：{item.commitment_basis or '国办发〔2020〕42号'}",
        "（四）应当符合的条件、标准和技术要求：以下材料所证明的内容",
        *_papers(application),
        "（五）承诺方式：申请人自愿选择，以书面或者电子方式一次性作出；不愿或者不能承诺的，按一般程序办理。",
        f"（六）不实承诺的责任：{_LIABILITY}",
        f"（七）核查：本机关或者监管部门自作出决定之日起 {check_days_of(application)} 个工作日内核查承诺内容。",
        "（八）公开：承诺书由行政机关存档，不向社会公开；有关部门依职责查阅。",
        "二、申请人承诺",
        "（一）所填写的基本信息真实、准确；",
        "（二）已经知晓行政机关告知的全部内容；",
        "（三）已经符合告知的条件、标准和技术要求，尚未提交的材料在核查期限内补交；",
        "（四）愿意承担不实承诺、违反承诺的法律责任；",
        "（五）以上承诺是申请人真实意思的表示。",
        f"申请人：{application.subject.name}",
        f"签署人：{signed_by}",
        f"日期：{signed_on}",
    ]
    return "\n".join(sections)


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, to prove later which words were signed."""
    return hashlib.sha256(text.encode()).hexdigest()


def _papers(application: Application) -> list[str]:
    """One line per paper: handed in, or replaced by the promise and due before the check."""
    lines = []
    rows = application.materials.select_related("material")
    for number, row in enumerate(rows, start=1):
        if row.state == ApplicationMaterial.State.RECEIVED:
            how = "已提交"
        elif row.state == ApplicationMaterial.State.WAIVED:
            how = "由行政机关共享获取，免予提交"
        else:
            how = "以承诺代替，核查前提交备查"
        lines.append(f"  {number}. {row.material.name}（{how}）")
    return lines
