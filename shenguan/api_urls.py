"""The machine interface: version 1 of each app, its description and readable documentation."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from shenguan.access.decorators import public
from shenguan.access.views.api_docs import api_docs

v1 = [
    path("", include("credit.api.urls")),
    path("", include("approvals.api.urls")),
    path("", include("supervision.api.urls")),
    path("", include("linkage.api.urls")),
]

urlpatterns = [
    path("v1/", include(v1)),
    path("schema/", public(SpectacularAPIView.as_view()), name="api-schema"),
    path("docs/", api_docs, name="api-docs"),
]
