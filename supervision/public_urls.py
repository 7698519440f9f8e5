"""Pages anyone may open, served under /public/ (CONTRACT §5)."""

from django.urls import path

from supervision.views import objects

app_name = "supervision_public"

urlpatterns = [path("inspections/", objects.public_inspections, name="inspections")]
