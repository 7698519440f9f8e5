"""Pages anyone may open, served under /public/ (CONTRACT §5)."""

from django.urls import URLPattern

app_name = "supervision_public"

urlpatterns: list[URLPattern] = []
