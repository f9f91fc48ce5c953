"""Django's handler, with the middleware and the view of a request in one thread from beginning to end.

Django's own walks asynchronously through every middleware that could, and changes threads at each one that cannot: six
times for a request here, and each change waits for the interpreter while a board is rendered. All of ours is synchronous,
so one change is enough.

Nor does it listen for who goes away: a view in its thread cannot be called off, and two tasks for each request, of which one
ends with an error that holds the other, leave everything that belongs to it to the garbage collector. What that looks through
holds every screen up.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django import setup
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

KEPT = 16
"""Threads that wait for the next request; more at once are made, and end with theirs."""


class RequestThread(ThreadPoolExecutor):
    """One thread, which knows whether all that it was given is done."""

    def __init__(self) -> None:
        super().__init__(max_workers=1, thread_name_prefix="request")
        self._given: list[Future[Any]] = []

    def submit(self, work: Callable[..., Any], /, *args: Any, **options: Any) -> "Future[Any]":
        """As every executor's; one after the other."""
        given = super().submit(work, *args, **options)
        self._given = [*(one for one in self._given if not one.done()), given]
        return given

    @property
    def free(self) -> bool:
        """Whether it has nothing left to do. Of somebody who went away it may have: what was to follow on the view is called
        off then, and the view is not.
        """
        return all(one.done() for one in self._given)


class OneThreadHandler(ASGIHandler):
    """Answers as `ASGIHandler` does; views and middleware are called synchronously.

    A request has its thread to itself, and takes one that an earlier request has left: to begin one, and another that ends it,
    holds the event loop up until the interpreter has come round to each.
    """

    def __init__(self) -> None:
        super().__init__()
        self._free: list[RequestThread] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """As Django's own, in a thread of ours."""
        thread = self._free.pop() if self._free else RequestThread()
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.handle(scope, receive, send)
        except BaseException:
            # called off, or nobody took the answer: its thread gives back what it holds once the view is done. Not awaited,
            # because daphne calls off again and again
            thread.submit(signals.request_finished.send, sender=type(self))
            raise
        finally:
            if thread.free and len(self._free) < KEPT:
                self._free.append(thread)
            else:
                thread.shutdown(wait=False)

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        """One request, from its body to the end of its answer. To a client that has gone daphne sends nothing of it."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with closing(body):
            set_script_prefix(get_script_prefix(scope))
            await signals.request_started.asend(sender=type(self), scope=scope)
            made: Any = self.create_request(scope, body)
            request, response = made
            response = response or await self.run_get_response(request)
            await self.send_response(response, send)
            await sync_to_async(response.close)()
            if request is not None:
                # it refers to itself in a dozen ways (its user, its session's, htmx's), and nobody needs it any more
                vars(request).clear()

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
