"""Login, logout and password."""

from django.urls import path

from shenguan.access.views.login import login_page, logout_page
from shenguan.access.views.password import password_page

app_name = "access"

urlpatterns = [
    path("login/", login_page, name="login"),
    path("logout/", logout_page, name="logout"),
    path("password/", password_page, name="password"),
]
