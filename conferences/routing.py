"""The board's sockets."""

from django.urls import re_path

from conferences.consumers import board_socket

websocket_urlpatterns = [
    re_path(r"^ws/conferences/(?P<key>\d{1,9})/(?P<face>board|projector)/$", board_socket),  # type: ignore[arg-type]
]
