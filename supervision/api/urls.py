"""Machine interface of this app."""

from django.urls import path

from supervision.api.reports import CluesView, InspectionsView, PenaltiesView
from supervision.api.views import SupervisionItemsView

app_name = "supervision_api"

urlpatterns = [
    path("supervision-items/", SupervisionItemsView.as_view(), name="supervision-items"),
    path("inspections/", InspectionsView.as_view(), name="inspections"),
    path("penalties/", PenaltiesView.as_view(), name="penalties"),
    path("clues/", CluesView.as_view(), name="clues"),
]
