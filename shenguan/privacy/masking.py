"""How personal data looks on a screen (RULES §11, table of masks)."""

import re

COMPOUND_SURNAMES = frozenset({"欧阳", "司马", "上官", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "慕容"})
# Up to the district or county, else to the city. The 区 of 小区 and 社区 is no district: only neighbours share those.
DISTRICT = re.compile(r".*?(?<![小社])[区县旗]|.*?市")
LANDLINE = re.compile(r"(?P<area>010|02[0-9]|0[3-9][0-9]{2})-?(?P<local>[0-9]{7,8})")


def mask_name(name: str) -> str:
    """张* for two characters, 张*明 for three and more, 欧阳** keeps a compound surname."""
    if len(name) < 2:
        return name
    if len(name) == 2:
        return name[0] + "*"
    if name[:2] in COMPOUND_SURNAMES:
        return name[:2] + "*" * (len(name) - 2)
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_id_number(number: str, public: bool = False) -> str:
    """First 6 and last 4 of an ID number; on public pages first 1 and last 1."""
    if len(number) != 18:
        return "*" * len(number)
    return number[0] + "*" * 16 + number[-1] if public else number[:6] + "*" * 8 + number[-4:]


def mask_phone(phone: str) -> str:
    """138****1234 for mobiles; area code and last four figures for landlines; anything else is hidden whole."""
    if len(phone) == 11 and phone.startswith("1"):
        return phone[:3] + "****" + phone[-4:]
    if landline := LANDLINE.fullmatch(phone):
        local = landline["local"]
        return f"{landline['area']}-{'*' * (len(local) - 4)}{local[-4:]}"
    return "*" * len(phone)


def mask_address(address: str) -> str:
    """Down to the district or county: 湖南省益阳市资阳区****."""
    district = DISTRICT.match(address)
    return f"{district[0] if district else ''}****" if address else ""


def mask_email(email: str) -> str:
    """First character and domain: y***@163.com."""
    name, at, domain = email.partition("@")
    return f"{name[:1]}***@{domain}" if at else "*" * len(email)


def mask_bank_card(number: str) -> str:
    """****1234."""
    return f"****{number[-4:]}" if len(number) > 4 else "*" * len(number)
