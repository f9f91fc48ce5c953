"""The calendar and the minutes; included at /conferences/."""

from django.urls import path

from conferences.views import calendar, minutes, paper

urlpatterns = [
    path("", calendar.conference_list, name="conference_list"),
    path("<int:key>/", calendar.conference_detail, name="conference_detail"),
    path("<int:key>/open/", calendar.open_conference, name="conference_open"),
    path("<int:key>/minutes/", minutes.minutes, name="minutes"),
    path("<int:key>/minutes.pdf", minutes.minutes_pdf, name="minutes_pdf"),
    path("<int:key>/paper/", paper.paper, name="paper"),
    path("<int:key>/paper.pdf", paper.paper_pdf, name="paper_pdf"),
    path("<int:key>/paper/entry/", paper.entry, name="paper_entry"),
    path("<int:key>/checkpoint.json", minutes.checkpoint, name="checkpoint"),
]
