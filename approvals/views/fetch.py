"""The only ways pages get a row: scoped to the viewer, so that a foreign department's number is simply not there."""

from django.shortcuts import get_object_or_404

from approvals.models import Application, Document, ItemVariant, Permit
from approvals.selectors import applications
from shenguan.access import scope
from shenguan.access.requests import StaffRequest


def case(request: StaffRequest, number: str) -> Application:
    """A numbered application with what its page shows, or 404."""
    return get_object_or_404(applications.with_details(request.user), number=number)


def at_window(request: StaffRequest, pk: int) -> Application:
    """An application of the clerk's own department, numbered or not, or 404."""
    rows = Application.objects.filter(department_id=request.user.department_id, source=Application.Source.WINDOW)
    related = ("item", "variant", "subject", "department", "credit_check", "correction_deadline", "commitment")
    return get_object_or_404(rows.select_related(*related), pk=pk)


def variant(request: StaffRequest, code: str) -> ItemVariant:
    """A variant the clerk's department handles, or 404."""
    rows = ItemVariant.objects.filter(item__is_active=True, item__implementing_department=request.user.department_id)
    return get_object_or_404(rows.select_related("item__implementing_department"), code=code)


def permit(request: StaffRequest, pk: int) -> Permit:
    """A permit of the viewer's department, or 404."""
    rows = Permit.objects.select_related("application", "item__competent_department", "subject", "department")
    if not scope.sees_all(request.user):
        rows = rows.filter(department_id=request.user.department_id)
    return get_object_or_404(rows, pk=pk)


def document(request: StaffRequest, pk: int) -> Document:
    """A paper of a case the viewer may see, or 404."""
    rows = Document.objects.select_related("application__department", "application__subject", "application__variant")
    return get_object_or_404(rows.filter(application__in=Application.objects.visible_to(request.user)), pk=pk)
