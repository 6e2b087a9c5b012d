"""The server: the add-in's files for everybody who reaches it, answers for those who have the token."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, HTTPException, Request, Response
from starlette.concurrency import run_in_threadpool

from . import package
from .calls import RefusedError, answered
from .sizes import MOST_BYTES

HEADERS = {
    "Cache-Control": "no-cache",  # a new version of the package is a new page
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
CLOSED = {"Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'"}
IN_EXCEL = "functions.html"  # framed by Excel, and Office.js brings what it likes


def application(token: str) -> FastAPI:
    """The server's application.

    No other origin may ask: the add-in's page comes from this server, so Office needs no CORS header, and a page from
    elsewhere gets none.

    Parameters
    ----------
    token : str
        What a caller must bring as ``Authorization: Bearer …``.
    """
    app = FastAPI(openapi_url=None)

    @app.middleware("http")
    async def with_headers(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await go_on(request)
        response.headers.update(HEADERS)
        return response

    @app.post("/call")
    async def call(request: Request) -> Response:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not secrets.compare_digest(given.encode(), token.encode()):
            raise HTTPException(401, "the token is missing or wrong", {"WWW-Authenticate": "Bearer"})
        body = await _body(request)
        try:
            return Response(await run_in_threadpool(answered, body), media_type="application/json")
        except RefusedError as refused:
            raise HTTPException(refused.status, str(refused)) from None

    @app.get("/{name:path}")
    def file(name: str, request: Request) -> Response:
        content, kind = package.file(name or "index.html", str(request.base_url).rstrip("/"))
        if content is None:
            raise HTTPException(404, "there is no such page")
        return Response(content, media_type=kind, headers={} if name == IN_EXCEL else CLOSED)

    return app


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise HTTPException(413, f"body must be {MOST_BYTES // 2**20} MiB or less")
    return bytes(body)
