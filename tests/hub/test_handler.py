"""One thread for each request: the chain is synchronous from end to end, and answers as Django's own does."""

import asyncio
from inspect import iscoroutinefunction
from threading import current_thread
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator as Communicator
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponse

from hub.handler import OneThreadHandler

HEADERS = [(b"host", b"testserver")]


async def answered(handler: ASGIHandler, path: str) -> tuple[int, bytes]:
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": HEADERS, "scheme": "https"}
    asked: Any = Communicator(handler, scope)  # type: ignore[no-untyped-call]
    await asked.send_input({"type": "http.request", "body": b""})
    start, body = await asked.receive_output(10), await asked.receive_output(10)
    await asked.wait(10)
    return start["status"], body["body"]


def test_every_middleware_and_the_view_are_called_in_one_thread(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def first(get_response: Any) -> Any:
        def answer(request: HttpRequest) -> HttpResponse:
            seen.append(current_thread().name)
            response: HttpResponse = get_response(request)
            seen.append(current_thread().name)
            return response

        return answer

    monkeypatch.setattr(f"{__name__}.outer", first, raising=False)
    monkeypatch.setattr(f"{__name__}.inner", first, raising=False)
    settings.MIDDLEWARE = [f"{__name__}.outer", *settings.MIDDLEWARE, f"{__name__}.inner"]
    handler: Any = OneThreadHandler()
    assert not iscoroutinefunction(handler._middleware_chain)
    asyncio.run(answered(handler, "/nowhere"))
    assert len(seen) == 4
    assert len(set(seen)) == 1
    assert seen[0] != current_thread().name


@pytest.mark.parametrize("path", ["/healthz", "/nowhere/"])
def test_it_answers_as_djangos_own_does(path: str) -> None:
    ours, djangos = (asyncio.run(answered(one(), path)) for one in (OneThreadHandler, ASGIHandler))
    assert ours[0] == djangos[0]
    assert len(ours[1]) == len(djangos[1])
