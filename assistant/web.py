"""The web process: web chat, desk, health and metrics. It answers while every bot is down."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from pathlib import Path

import sqlalchemy as sa
import structlog
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest, multiprocess
from prometheus_client import REGISTRY as OWN_REGISTRY
from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import SanicException
from sanic.response import BaseHTTPResponse, html, json, raw, text

from assistant import counts, outbox
from assistant.articles import ArticleShelf
from assistant.casework import casework
from assistant.contact_book import ContactBook
from assistant.errors import error_page, meaning
from assistant.file_store import StoredFiles
from assistant.hub import Hub
from assistant.metrics import PARCELS_WAITING, REQUESTS, WAITING
from assistant.open311.server import open311
from assistant.post import PostRoom
from assistant.settings import Settings, secret_key
from assistant.wiring import Parts
from channels.webchat.blueprint import webchat
from channels.webchat.demo import demo
from channels.webhook import webhooks
from handoff.desk import desk
from handoff.gaps import GapBoard

log = structlog.get_logger()

LARGEST_REQUEST = 64 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Content-Security-Policy of a page that sets none of its own."""


def create_app(settings: Settings, name: str = "front_door") -> Sanic:
    """Build the web process. Nothing is opened before the server starts but the database's pool."""
    parts = Parts(settings)
    secret = secret_key(settings)
    app = Sanic(name, configure_logging=False)
    app.config.update(
        ACCESS_LOG=False,
        FALLBACK_ERROR_FORMAT="text",
        GRACEFUL_SHUTDOWN_TIMEOUT=2.0,
        REQUEST_MAX_SIZE=LARGEST_REQUEST,
        REQUEST_TIMEOUT=30,
    )
    hub = Hub(parts.store, parts.nudges("web"))
    chat = parts.chat(hub)
    app.blueprint(
        webchat(
            chat,
            secret,
            secure=settings.secure,
            embed_origins=settings.embed_origins.split(),
            idle_seconds=settings.idle_seconds,
            links=parts.links(hub.tell),
            calendars=parts.diary,
        )
    )
    limits = {kind.name: kind.limits for kind in parts.channels.all()}
    app.blueprint(
        desk(
            parts.floor(hub),
            parts.store,
            parts.shelf,
            secret,
            secure=settings.secure,
            limits=limits,
            post=PostRoom(parts.store, hub, parts.now),
            files=StoredFiles(parts.store, parts.files),
            people=ContactBook(parts.store, hub, parts.now),
            alerts=parts.alert_board(hub.tell),
            gaps=GapBoard(parts.store, ArticleShelf(parts.library)),
            casework=casework(parts.store, parts.library, parts.shelf.owner, parts.news),
        )
    )
    app.blueprint(webhooks(parts.arrivals(hub.tell), settings.address, parts.now))
    app.blueprint(
        open311(
            parts.store,
            parts.library,
            parts.open311.keys,
            settings.address,
            parts.now,
            production=settings.environment == "production",
            back_office=parts.committer.back_office,
        )
    )
    app.blueprint(demo(chat, settings.council))
    app.static("/static", Path(__file__).parent / "static", name="static")
    _add_operations(app, parts, hub)
    _add_care(app)
    return app


def _add_operations(app: Sanic, parts: Parts, hub: Hub) -> None:
    """Add what operators and their machines look at, and what runs beside the requests."""

    async def start(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        # Made beside the first requests, so that the first agent who searches does not wait.
        app.ctx.publishing = loop.run_in_executor(None, parts.publisher.start)
        app.ctx.watching = asyncio.create_task(hub.run(parts.now))
        log.info("web.ready")

    async def stop(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        app.ctx.watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await app.ctx.watching
        hub.close()
        await asyncio.to_thread(parts.publisher.stop)
        parts.store.close()
        await parts.http.aclose()

    async def healthz(request: Request) -> HTTPResponse:
        return text("ok\n")

    async def readyz(request: Request) -> HTTPResponse:
        try:
            worker = await parts.store.look(lambda c: counts.worker_is_alive(c, parts.now()))
            database = True
        except sa.exc.SQLAlchemyError:
            database = worker = False
        return json({"database": database, "worker": worker}, 200 if worker else 503)

    async def metrics(request: Request) -> HTTPResponse:
        for what, number in (await parts.store.look(counts.waiting)).items():
            WAITING.labels(what).set(number)
        parcels = await parts.store.look(outbox.waiting_by_channel)
        for name in {channel.name for channel in parts.channels.all() if channel.pushed}:
            for state in ("waiting", "held"):
                PARCELS_WAITING.labels(name, state).set(parcels.get((name, state), 0))
        registry = OWN_REGISTRY
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return raw(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    app.register_listener(start, "before_server_start")
    app.register_listener(stop, "after_server_stop")
    for handler in (healthz, readyz, metrics):
        app.add_route(handler, f"/{handler.__name__}")


def _add_care(app: Sanic) -> None:
    """Add what every answer carries, and what is said when something goes wrong."""

    async def began(request: Request) -> None:
        request.ctx.began = time.perf_counter()

    async def finish(request: Request, response: BaseHTTPResponse) -> None:
        headers = response.headers
        for header, value in (
            ("Content-Security-Policy", POLICY),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "strict-origin-when-cross-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
        ):
            if header not in headers:
                headers[header] = value
        route = request.route.path if request.route else "none"
        took = time.perf_counter() - getattr(request.ctx, "began", time.perf_counter())
        REQUESTS.labels(route, str(response.status)).observe(took)
        log.debug("http", route=route, status=response.status, ms=round(took * 1000, 1))

    async def failed(request: Request, error: Exception) -> HTTPResponse:
        status = error.status_code if isinstance(error, SanicException) else 500
        if status >= 500:
            log.error("http.fault", error=type(error).__name__, route=_route(request))
        answer = _error_answer(request, status)
        # Such as Allow, which RFC 9110 wants beside a 405.
        answer.headers.update(getattr(error, "headers", {}))
        return answer

    app.register_middleware(began, "request")
    app.register_middleware(finish, "response")
    app.error_handler.add(Exception, failed)


def _error_answer(request: Request, status: int) -> HTTPResponse:
    """Return a page for a person and JSON for a program, in the same words."""
    if "text/html" in request.headers.get("accept", ""):
        return html(error_page(status), status)
    return json({"error": " ".join((f"{meaning(status)[0]}.", meaning(status)[1]))}, status)


def _route(request: Request) -> str:
    return request.route.path if request.route else "none"
