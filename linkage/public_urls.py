"""Pages anyone may open, served under /public/ (CONTRACT §5)."""

from django.urls import path, re_path

from linkage.views import public

app_name = "linkage_public"

urlpatterns = [
    path("linkage-list/", public.list_page, name="list"),
    re_path(r"^linkage-list\.(?P<file_format>xlsx|csv|json)$", public.download, name="download"),
]
