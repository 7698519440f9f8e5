"""Addresses of the ui app: home, search, personal switches and health."""

from django.urls import path

from shenguan.ui.views import health, home, search

app_name = "ui"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.results, name="search"),
    path("settings/single-keys/", home.single_keys, name="single_keys"),
    path("session/keep/", home.keep_session, name="keep_session"),
    path("healthz/", health.alive, name="healthz"),
    path("readyz/", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
