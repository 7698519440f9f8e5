"""统一社会信用代码 (GB 32100-2015, RULES R7.01-R7.04)."""

from shenguan.identifiers import ric
from shenguan.identifiers.checksums import ALPHANUMERIC, USCC_ALPHABET, organisation_check, uscc_check
from shenguan.identifiers.errors import IdentifierError
from shenguan.identifiers.text import normalise

# 登记管理部门 + 机构类别 (R7.02): what the first two characters may be.
PREFIXES = {
    "11": "机关",
    "12": "事业单位",
    "13": "群众团体",
    "19": "机构编制部门登记的其他机构",
    "21": "外国常驻新闻机构",
    "29": "外交部门登记的其他机构",
    "31": "律师执业机构",
    "32": "公证处",
    "33": "基层法律服务所",
    "34": "司法鉴定机构",
    "35": "仲裁委员会",
    "39": "司法行政部门登记的其他机构",
    "41": "外国在华文化中心",
    "49": "文化部门登记的其他机构",
    "51": "社会团体",
    "52": "民办非企业单位",
    "53": "基金会",
    "59": "民政部门登记的其他机构",
    "61": "外国旅游部门常驻代表机构",
    "62": "港澳台旅游部门常驻代表机构",
    "69": "旅游部门登记的其他机构",
    "71": "宗教活动场所",
    "72": "宗教院校",
    "79": "宗教部门登记的其他机构",
    "81": "基层工会",
    "89": "工会登记的其他机构",
    "91": "企业",
    "92": "个体工商户",
    "93": "农民专业合作社",
    "99": "市场监管部门登记的其他主体",
    "A1": "军队事业单位",
    "A9": "军队登记的其他机构",
    "N1": "组级农村集体经济组织",
    "N2": "村级农村集体经济组织",
    "N3": "乡镇级农村集体经济组织",
    "N9": "农业农村部门登记的其他组织",
    "Y1": "其他",
}


def check_uscc(text: str) -> str:
    """The code in normal form. Raises IdentifierError that says what is wrong, and names an ID number as such."""
    code = normalise(text)
    try:
        _check(code)
    except IdentifierError:
        if ric.looks_like_id_number(code):
            raise IdentifierError(
                "id_number", "填写的是公民身份号码，不是统一社会信用代码；自然人请在“公民身份号码”栏填写。"
            ) from None
        raise
    return code


def kind(text: str) -> str:
    """What kind of body the code was given to, e.g. 企业. Raises IdentifierError for an invalid code."""
    return PREFIXES[check_uscc(text)[:2]]


def warnings(text: str) -> list[str]:
    """Doubts about a valid code that do not stop anybody (R7.03). Raises IdentifierError for an invalid code."""
    organisation = check_uscc(text)[8:17]
    if organisation_check(organisation[:8]) == organisation[8]:
        return []
    return ["第 9–17 位（主体标识码）的校验位不符，可能是早年赋码，请与营业执照或登记证书核对。"]


def _check(code: str) -> None:
    if not code:
        raise IdentifierError("empty", "请填写统一社会信用代码。")
    if len(code) != 18:
        raise IdentifierError("length", f"统一社会信用代码应为 18 位，现在是 {len(code)} 位。")
    if len(set(code)) == 1:
        raise IdentifierError("constant", "统一社会信用代码不能全部是同一个字符。")
    strange = "、".join(sorted(set(code) - set(USCC_ALPHABET)))
    if strange:
        hint = "（代码不使用字母 I、O、S、V、Z）" if set(code) <= set(ALPHANUMERIC) else ""
        raise IdentifierError("alphabet", f"统一社会信用代码中不能出现“{strange}”{hint}。")
    if code[:2] not in PREFIXES:
        raise IdentifierError("prefix", f"统一社会信用代码的前两位“{code[:2]}”不是已知的登记管理部门和机构类别。")
    if not code[2:8].isdigit():
        raise IdentifierError("region", f"统一社会信用代码第 3–8 位应为数字行政区划，现在是“{code[2:8]}”。")
    if uscc_check(code[:17]) != code[17]:
        raise IdentifierError("check_digit", "统一社会信用代码的校验位不符，请逐位核对是否有错字或颠倒。")
