"""The composition root: the one place that names concrete classes and joins them."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from importlib import import_module
from typing import Any

import httpx
from sqlalchemy.engine import Connection

from assistant.accounts import Channels, open_channels
from assistant.alerts import CurrentAlerts, Herald
from assistant.arrivals import Arrivals
from assistant.booked import Booked
from assistant.bot import Bot
from assistant.chat import Chat
from assistant.chores import Chore, sweeps, tidy
from assistant.diary import Diary
from assistant.file_store import FileStore
from assistant.floor import ConversationFloor
from assistant.forgetting import forgetting
from assistant.gaps import Noting, Unhelpful, grouping
from assistant.hub import Hub
from assistant.link_codes import LinkCodes
from assistant.linking import Links
from assistant.news import News
from assistant.nudge import Nudge, Nudges
from assistant.open311.back_office import Elsewhere
from assistant.open311.config import Open311, read_open311
from assistant.open311.sending import Sending
from assistant.open311.updates import updates
from assistant.refused_numbers import Spared
from assistant.reminders import Reminders
from assistant.settings import Settings, secret_key
from assistant.store import Store
from assistant.turn import Committer
from assistant.words import Words, read_words
from assistant.worker import utc_now
from channels.account import Account
from channels.bucket import Buckets
from channels.channel import Channel
from channels.messages import Address
from channels.webchat.channel import WebChat
from channels.webchat.service import Council
from handoff.alerts import AlertBoard
from handoff.shelf import Answer, Offer
from knowledge import alerts, wordings
from knowledge.answers import answer
from knowledge.authorities import Authority, NeedsPlace
from knowledge.embedding import load_encoder
from knowledge.happening import at_the_door
from knowledge.hours import hours_sentence
from knowledge.library import Library, open_files, open_library
from knowledge.london import in_london
from knowledge.owners import owner
from knowledge.publishing import Publisher
from knowledge.requests import Event, Filed
from knowledge.services import Service


def _class(module: str, name: str) -> Callable[[Account], Channel]:
    """Return what builds a channel of that class. The class is loaded, with all that it needs, for
    the first account of its kind."""

    def build(account: Account) -> Channel:
        channel: Channel = getattr(import_module(f"channels.{module}"), name)(account)
        return channel

    return build


KINDS: Mapping[str, Callable[[Account], Channel]] = {
    "twilio": _class("twilio", "Twilio"),
    "notify": _class("notify", "Notify"),
    "telegram": _class("telegram", "Telegram"),
    "whatsapp": _class("whatsapp", "WhatsApp"),
    "messenger": _class("messenger", "Messenger"),
}
"""Every kind of channel that a council can have an account for. A new one is a line here."""


@dataclass(frozen=True)
class Shelf:
    """What the desk may look up. Implements handoff.shelf.KnowledgeForDesk."""

    library: Library

    def council(self, authority: str) -> str:
        return self.library.authorities.get(authority).short_name

    def hours(self, authority: str, now: datetime) -> str:
        day = in_london(now).date()
        return hours_sentence(self.library.authorities.door(authority, day), now)

    def owner(self, service: str, authority: str, fields: Mapping[str, Any], now: datetime) -> str:
        try:
            found = owner(self.library, service, authority, fields, in_london(now).date())
        except KeyError:
            return authority
        return found.slug

    def search(self, question: str, authority: str) -> Sequence[Offer]:
        written = {article.slug for article in self.library.articles()}
        found = self.library.search(question, place=authority, limit=8)
        return [topic for topic in found if topic.slug in written]

    def topics(self) -> Sequence[tuple[str, str]]:
        """Return slug and title of everything that somebody may ask about, by title."""
        titles = {service.slug: service.title for service in self.library.services()}
        titles |= {article.slug: article.title for article in self.library.articles()}
        return sorted(titles.items(), key=lambda topic: topic[1].casefold())

    def answer(self, slug: str, authority: str, now: datetime) -> Answer:
        article, day = self.library.article(slug), in_london(now).date()
        door = self.library.authorities.door(authority, day)
        return answer(article, door, self._responsible(article.tier, door, day), day)

    def _responsible(self, tier: str, door: Authority, today: date) -> Authority:
        try:
            return self.library.authorities.responsible(tier, door.slug, on=today)
        except NeedsPlace:
            return door


@dataclass(frozen=True)
class Parts:
    """What a process is made of, built when it is first asked for."""

    settings: Settings
    now: Callable[[], datetime] = utc_now

    @cached_property
    def store(self) -> Store:
        return Store(self.settings.database)

    @cached_property
    def library(self) -> Library:
        return open_library()

    @cached_property
    def publisher(self) -> Publisher:
        """Return what keeps the library as its files and the wordings are, once it is started."""
        return Publisher(self.library, open_files(), self._new_wordings)

    def _new_wordings(self, mark: Any) -> tuple[Any, Mapping[str, tuple[str, ...]] | None]:
        with self.store.read() as connection:
            now = wordings.mark(connection)
            return now, None if now == mark else wordings.by_article(connection)

    @cached_property
    def shelf(self) -> Shelf:
        return Shelf(self.library)

    @cached_property
    def http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient()

    @cached_property
    def channels(self) -> Channels:
        """Raise AccountsWrong."""
        settings, words = self.settings, self.words
        councils = {authority.slug for authority in self.library.authorities.all()}
        return open_channels(
            settings.channels_file,
            councils,
            KINDS,
            os.environ,
            {"webchat": WebChat()},
            public_url=settings.address,
            http=self.http,
            wording=words.wording(),
        )

    @cached_property
    def open311(self) -> Open311:
        """Raise Open311Wrong."""
        councils = {authority.slug for authority in self.library.authorities.all()}
        services = {service.slug for service in self.library.services()}
        return read_open311(self.settings.open311, councils, services, os.environ)

    @cached_property
    def words(self) -> Words:
        return read_words()

    @cached_property
    def committer(self) -> Committer:
        return Committer(
            channels=self.channels.of,
            words=self.words,
            hours=self.shelf.hours,
            council=self.about_council,
            calendar=self.diary.address,
            back_office=Elsewhere(self.open311),
        )

    @cached_property
    def told(self) -> Callable[[Connection, Filed, Event], None]:
        """Return what tells a person that the status of their request has changed."""
        return self.news.told

    @cached_property
    def news(self) -> News:
        return News(self.committer, self.library)

    @cached_property
    def diary(self) -> Diary:
        return Diary(
            self.store,
            lambda: self.library.authorities,
            secret_key(self.settings),
            self.settings.address,
            self.now,
        )

    def reminders(self, tell: Callable[[Nudge], None]) -> Reminders:
        return Reminders(
            self.store, self.committer, lambda: self.library.authorities, tell, self.now
        )

    def about_council(self, slug: str) -> Mapping[str, str]:
        """Return what we say of a council when we say who we are."""
        authority = self.library.authorities.door(slug, in_london(self.now()).date())
        return {
            "council": authority.name,
            "phone": authority.phone,
            "privacy": authority.privacy_url,
        }

    def arrivals(self, tell: Callable[[Nudge], None]) -> Arrivals:
        return Arrivals(
            self.store,
            self.channels,
            self.committer,
            tell,
            self.now,
            self.pace,
            self.library.service,
        )

    @cached_property
    def files(self) -> FileStore:
        return FileStore(self.settings.data_dir / "attachments")

    def chores(self, tell: Callable[[Nudge], None]) -> Sequence[Chore]:
        """Return what a worker does now and then."""
        accounts = [(slug, channel) for (slug, _), channel in self.channels.by_kind.items()]
        accept = self.arrivals(tell).accept
        return (
            *sweeps(accounts, accept, self.now),
            tidy(self.store, self.files, self.now),
            forgetting(self.store, self.library.services, self.now),
            self.reminders(tell).chore(),
            *updates(self.store, self.open311, self.http, self.service, self.now, self.told),
            grouping(self.store, lambda texts: load_encoder().encode(texts), self.now),
        )

    def service(self, slug: str) -> Service | None:
        """Return what can be requested under that slug; None when it no longer can."""
        return self.library.edition.services.get(slug)

    def sending(self, holder: str) -> Sending:
        """Return what takes requests to other systems."""
        return Sending(self.store, self.open311, self.http, self.service, holder, self.now)

    def links(self, tell: Callable[[Nudge], None]) -> Links:
        codes = LinkCodes(secret_key(self.settings))
        return Links(self.store, self.channels, self.committer, codes, tell, self.now)

    @cached_property
    def pace(self) -> Callable[[Address], float]:
        """Return what counts the messages of an address: how long one comes too soon, in seconds.
        Each process counts for itself."""
        a_minute = self.settings.messages_a_minute
        if not a_minute:
            return lambda address: 0.0
        buckets = Buckets(at_once=max(a_minute // 3, 1), per_second=a_minute / 60)
        return lambda address: buckets.take(address, time.monotonic())

    def nudges(self, role: str) -> Nudges:
        return Nudges(self.settings.data_dir, role)

    def chat(self, hub: Hub) -> Chat:
        [leave] = self.words.say("utter_waiting").choices
        return Chat(
            self.store,
            hub,
            self.council,
            self.shelf.hours,
            leave.label,
            self.now,
            self.pace,
            self.door_alerts,
            Unhelpful(self.library, self.now),
            self.library.service,
        )

    def door_alerts(self, connection: Connection, authority: str) -> tuple[str, ...]:
        """Return what is happening now, as somebody at that council's door is told."""
        hold = alerts.current(connection, self.now())
        return tuple(a.text for a in at_the_door(hold, self.library, authority, self.now()))

    def herald(self, bot: Bot) -> Bot:
        """Return that bot, which then also says what is happening now, and is spared messages in
        which everything was hidden."""

        def shows(authority: str, address: Address) -> bool:
            return not self.committer.pushes(authority, address)

        current = CurrentAlerts(self.store, self.now)
        heralds = Herald(
            Noting(Booked(bot, self.store), self.library), current, self.library, self.now, shows
        )
        return Spared(heralds)

    def alert_board(self, tell: Callable[[Nudge], None]) -> AlertBoard:
        def ended(authority: str, now: datetime) -> bool:
            last = self.library.authorities.get(authority).valid_to
            return last is not None and last < now.date()

        return AlertBoard(self.store, self.shelf.topics, lambda: tell(Nudge("alert")), ended)

    def floor(self, hub: Hub) -> ConversationFloor:
        return ConversationFloor(self.store, hub, self.committer, self.now)

    def council(self, slug: str) -> Council:
        """Return what the chat shows of a council that has begun; once it has ended, its door is
        the one that took over from it. Raise KeyError."""
        day = in_london(self.now()).date()
        if day < self.library.authorities.get(slug).valid_from:
            raise KeyError(slug)
        authority = self.library.authorities.door(slug, day)
        return Council(
            slug=slug,
            name=authority.name,
            accent=authority.accent,
            accent_text=authority.accent_text,
            logo=authority.logo,
            phone=authority.phone,
            website=authority.website,
            privacy_url=authority.privacy_url,
        )


def worker_name(slot: str) -> str:
    """Return the name of a worker of this machine: the same slot is the same name again."""
    return f"{socket.gethostname()[:40]}-{slot}"
