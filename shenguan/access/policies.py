"""Which roles exclude one another (三员, RULES R11.05). Who may grant them is a permission, see `roles.py`."""

from collections.abc import Iterable

from shenguan.access.roles import THREE_OFFICERS, Role


def role_conflict(codes: Iterable[str]) -> str:
    """The sentence that says why one person cannot hold these roles together; empty when the set is fine."""
    held = {Role(code) for code in codes}
    officers = [role.label for role in Role if role in held & THREE_OFFICERS]
    if len(officers) > 1:
        return f"“{'”与“'.join(officers)}”不能由同一人担任（三员分立）。"
    if Role.AUDIT_ADMIN in held and len(held) > 1:
        return "审计管理员不得兼任其他岗位：审计人员不能改动业务数据。"
    return ""
