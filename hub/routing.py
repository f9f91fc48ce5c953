"""Every socket there is."""

from conferences.routing import websocket_urlpatterns

__all__ = ["websocket_urlpatterns"]
