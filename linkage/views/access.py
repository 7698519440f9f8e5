"""Fetching with the access check in one step: a row somebody may not see is not found (404)."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme

from approvals.models import Application
from linkage.models import Push
from linkage.selectors.cases import visible_cases, visible_pushes
from linkage.selectors.pushes import with_people
from shenguan.access.requests import StaffRequest


def fetch_push(request: StaffRequest, number: str) -> Push:
    """The push if the viewer's department received or sent it."""
    pushes = with_people(visible_pushes(request.user)).select_related(
        "application__department",
        "application__variant",
        "application__commitment__check_deadline",
        "entry",
        "answers_push",
    )
    return get_object_or_404(pushes, number=number)


def fetch_case(request: StaffRequest, number: str) -> Application:
    """The case if the viewer's department decides it or was pushed to by it."""
    cases = visible_cases(request.user).select_related("item", "variant", "subject", "department")
    return get_object_or_404(cases, number=number)


def way_back(request: HttpRequest, wanted: str, otherwise: str) -> str:
    """`wanted` if it is an address of ours."""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}) else otherwise
