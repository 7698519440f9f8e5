"""How personal data looks on a screen (RULES §11, table of masks)."""

COMPOUND_SURNAMES = frozenset({"欧阳", "司马", "上官", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "慕容"})


def mask_name(name: str) -> str:
    """张* for two characters, 张*明 for three and more, 欧阳** keeps a compound surname."""
    if len(name) < 2:
        return name
    if name[:2] in COMPOUND_SURNAMES:
        return name[:2] + "*" * (len(name) - 2)
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_id_number(number: str, public: bool = False) -> str:
    """First 6 and last 4 of an ID number; on public pages first 1 and last 1."""
    if len(number) != 18:
        return "*" * len(number)
    return number[0] + "*" * 16 + number[-1] if public else number[:6] + "*" * 8 + number[-4:]


def mask_phone(phone: str) -> str:
    """138****1234 for mobiles; area code and last three figures for landlines."""
    if "-" in phone:
        area, local = phone.split("-", 1)
        return f"{area}-{'*' * max(len(local) - 4, 0)}{local[-4:]}"
    if len(phone) == 11:
        return phone[:3] + "****" + phone[-4:]
    return "*" * len(phone)
