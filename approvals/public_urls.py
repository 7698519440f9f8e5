"""Pages anyone may open, served under /public/ (CONTRACT §5)."""

from django.urls import path

from approvals.views import public

app_name = "approvals_public"

urlpatterns = [
    path("permits/", public.permit_search, name="permit_search"),
    path("permits/<str:token>/", public.permit, name="permit"),
]
