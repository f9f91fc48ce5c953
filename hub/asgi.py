"""One ASGI application: Django's views, and the live board's sockets for our own pages. The socket itself asks who is there."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

from hub.handler import application as handler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.base")
http = handler()

# Consumers import models, and models need the apps that the line above has loaded.
from hub.draining import doors  # noqa: E402
from hub.routing import websocket_urlpatterns  # noqa: E402
from hub.statics import with_statics  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": doors.http(with_statics(http)),
        "websocket": doors.websocket(AllowedHostsOriginValidator(URLRouter(websocket_urlpatterns))),
    }
)
