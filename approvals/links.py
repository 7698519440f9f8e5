"""Addresses of the approval side that notices point to."""


def application_url(number: str | None) -> str:
    """The page of one application; the list for a draft."""
    return f"/approvals/applications/{number}/" if number else "/approvals/applications/"


def permit_change_url(pk: int, action: str) -> str:
    """The page on which one act on a permit is confirmed; `?push=` names the report it answers."""
    return f"/approvals/permits/{pk}/{action}/"
