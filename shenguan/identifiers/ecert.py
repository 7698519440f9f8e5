"""电子证照标识 (GB/T 36904-2018, RULES R7.11)."""

import re

from shenguan.identifiers.checksums import mod_37_36
from shenguan.identifiers.errors import IdentifierError
from shenguan.identifiers.text import normalise

ROOT = "1.2.156.3005.2"
PATTERN = re.compile(
    r"1\.2\.156\.3005\.2"
    r"\.(?P<type>[0-9A-Z]{21})"  # USCC of the body that defined the type + its number of 3
    r"\.(?P<issuer>[0-9A-Z]{18}|[0-9]{6})"  # USCC, or the division code in older certificates
    r"\.(?P<serial>[0-9A-Z]+)"
    r"\.(?P<version>[0-9]{3})"
    r"\.(?P<check>[0-9A-Z])"
)


def check_ecert(text: str) -> str:
    """The identifier in normal form. Raises IdentifierError that says what is wrong."""
    identifier = normalise(text)
    if not identifier:
        raise IdentifierError("empty", "请填写电子证照标识。")
    if not identifier.startswith(f"{ROOT}."):
        raise IdentifierError("root", f"电子证照标识应以 {ROOT}. 开头。")
    parts = PATTERN.fullmatch(identifier)
    if parts is None:
        raise IdentifierError("shape", "电子证照标识应依次为证照类型、颁发机构、流水号、三位版本号、校验位，以点分隔。")
    if mod_37_36("".join(parts.group("type", "issuer", "serial", "version"))) != parts["check"]:
        raise IdentifierError("check_digit", "电子证照标识的校验位不符，请核对是否抄写有误。")
    return identifier


def make_ecert(type_code: str, issuer_code: str, serial: str, version: int = 1) -> str:
    """The identifier of a certificate, check character included. Raises IdentifierError when the parts do not fit."""
    parts = [type_code, issuer_code, serial, f"{version:03d}"]
    try:
        check = mod_37_36("".join(parts))
    except ValueError:
        raise IdentifierError("shape", "电子证照标识的各部分只能由数字和大写字母组成。") from None
    return check_ecert(".".join([ROOT, *parts, check]))
