"""Machine interface of this app."""

from django.urls import path

from credit.api.views import CreditChecksView, CreditRecordsView

app_name = "credit_api"

urlpatterns = [
    path("credit-checks/", CreditChecksView.as_view(), name="checks"),
    path("credit-records/", CreditRecordsView.as_view(), name="records"),
]
