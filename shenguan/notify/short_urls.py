"""Short addresses for messages: /c/K7MP3XQA/."""

from django.urls import path

from shenguan.notify.views import short_links

app_name = "code"
urlpatterns = [
    path("", short_links.enter, name="enter"),
    path("<str:code>/", short_links.follow, name="follow"),
]
