"""Machine interface of this app."""

from django.urls import path

from supervision.api.views import SupervisionItemsView

app_name = "supervision_api"

urlpatterns = [path("supervision-items/", SupervisionItemsView.as_view(), name="supervision-items")]
