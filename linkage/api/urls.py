"""Machine interface of this app."""

from django.urls import URLPattern

app_name = "linkage_api"

urlpatterns: list[URLPattern] = []
