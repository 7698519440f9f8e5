"""Machine interface of this app (CONTRACT §3)."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from linkage.api import pushes, reconciliation, views

app_name = "linkage_api"

router = SimpleRouter()
router.register("pushes", pushes.PushViewSet, basename="push")

urlpatterns = [
    path("", include(router.urls)),
    path("reconciliation/", reconciliation.ReconciliationView.as_view(), name="reconciliation"),
    path("reconciliation/ids/", reconciliation.ReconciliationLinesView.as_view(), name="reconciliation-ids"),
    path("linkage-items/", views.LinkageItemsView.as_view(), name="linkage-items"),
    path("cases/<str:number>/timeline/", views.CaseTimelineView.as_view(), name="case-timeline"),
]
