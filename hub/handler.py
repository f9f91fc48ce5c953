"""Django's handler, with the middleware and the view of a request in one thread from beginning to end.

Django's own walks asynchronously through every middleware that could, and changes threads at each one that cannot: six
times for a request here, and each change waits for the interpreter while a board is rendered. All of ours is synchronous,
so one change is enough.
"""

from asgiref.sync import sync_to_async
from django import setup
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class OneThreadHandler(ASGIHandler):
    """Answers as `ASGIHandler` does; views and middleware are called synchronously."""

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's signature
        """Builds the chain for synchronous calls, whatever was asked for."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, worked out in the request's own thread."""
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


def application() -> OneThreadHandler:
    """The ASGI application; loads the apps first."""
    setup(set_prefix=False)
    return OneThreadHandler()
