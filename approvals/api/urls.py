"""Machine interface of this app."""

from django.urls import path

from approvals.api.views import ApprovalItemsView, CasesView, CaseView, PermitEventsView

app_name = "approvals_api"

urlpatterns = [
    path("approval-items/", ApprovalItemsView.as_view(), name="items"),
    path("cases/", CasesView.as_view(), name="cases"),
    path("cases/<str:number>/", CaseView.as_view(), name="case"),
    path("cases/<str:number>/permit-events/", PermitEventsView.as_view(), name="permit-events"),
]
