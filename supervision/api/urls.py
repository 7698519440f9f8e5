"""Machine interface of this app."""

from django.urls import URLPattern

app_name = "supervision_api"

urlpatterns: list[URLPattern] = []
