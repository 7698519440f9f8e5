"""Addresses of the approval side that notices point to."""


def application_url(number: str | None) -> str:
    """The page of one application; the list for a draft."""
    return f"/approvals/applications/{number}/" if number else "/approvals/applications/"
