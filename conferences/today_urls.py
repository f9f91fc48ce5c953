"""The first page and the pledge; included at /."""

from django.urls import path

from conferences.views import pledge, today

urlpatterns = [
    path("", today.today, name="today"),
    path("pledge/", pledge.pledge, name="pledge"),
]
