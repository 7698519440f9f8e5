"""OAuth 2 for machines: tokens by client credentials and their revocation. Nothing else of OAuth is served."""

from django.urls import path
from oauth2_provider.views.base import RevokeTokenView, TokenView

app_name = "oauth2"

urlpatterns = [
    path("token/", TokenView.as_view(), name="token"),
    path("revoke_token/", RevokeTokenView.as_view(), name="revoke-token"),
]
