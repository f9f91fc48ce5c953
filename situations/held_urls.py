"""Texts that the guard stopped and that wait for a second person; included at /held/."""

from django.urls import path

from situations.views import held

urlpatterns = [
    path("", held.index, name="held_texts"),
    path("<int:key>/", held.one, name="held_text"),
    path("<int:key>/words/", held.read, name="held_text_words"),
]
