"""The address plan of the portal (CONTRACT §3, §5). Each app keeps its own list."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("shenguan.access.urls")),
    path("oauth2/", include("shenguan.access.oauth_urls")),
    path("api/", include("shenguan.api_urls")),
    path("messages/", include("shenguan.notify.urls")),
    path("staff/", include("shenguan.org.urls")),
    path("c/", include("shenguan.notify.short_urls")),
    path("audit/", include("shenguan.audit.urls")),
    path("approvals/", include("approvals.urls")),
    path("credit/", include("credit.urls")),
    path("supervision/", include("supervision.urls")),
    path("linkage/", include("linkage.urls")),
    path("public/", include("approvals.public_urls")),
    path("public/", include("supervision.public_urls")),
    path("public/", include("linkage.public_urls")),
    path("", include("shenguan.ui.urls")),
]

handler400 = "shenguan.ui.views.errors.bad_request"
handler403 = "shenguan.ui.views.errors.permission_denied"
handler404 = "shenguan.ui.views.errors.not_found"
handler500 = "shenguan.ui.views.errors.server_error"
