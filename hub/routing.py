"""Every socket there is."""

from django.urls import URLPattern

websocket_urlpatterns: list[URLPattern] = []
