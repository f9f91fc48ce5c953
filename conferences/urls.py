"""The calendar and the minutes; included at /."""

from django.urls import path

from conferences.views import calendar, minutes

urlpatterns = [
    path("conferences/", calendar.conference_list, name="conference_list"),
    path("conferences/<int:key>/", calendar.conference_detail, name="conference_detail"),
    path("conferences/<int:key>/open/", calendar.open_conference, name="conference_open"),
    path("conferences/<int:key>/minutes/", minutes.minutes, name="minutes"),
]
