"""The composition root: the one place that names concrete classes and joins them."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from assistant.chat import Chat
from assistant.floor import ConversationFloor
from assistant.hub import Hub
from assistant.nudge import Nudges
from assistant.settings import Settings
from assistant.store import Store
from assistant.turn import Committer
from assistant.words import read_words
from assistant.worker import utc_now
from channels.channel import Channel
from channels.webchat.channel import WebChat
from channels.webchat.service import Council
from handoff.shelf import Answer, Offer
from knowledge.answers import answer
from knowledge.authorities import Authority, NeedsPlace
from knowledge.hours import hours_sentence
from knowledge.library import Library, open_library


def channels_by_name() -> dict[str, Channel]:
    """Return every channel there is. A new one is a line here."""
    channels: Sequence[Channel] = (WebChat(),)
    return {channel.name: channel for channel in channels}


@dataclass(frozen=True)
class Shelf:
    """What the desk may look up. Implements handoff.shelf.KnowledgeForDesk."""

    library: Library

    def council(self, authority: str) -> str:
        return self.library.authorities.get(authority).short_name

    def hours(self, authority: str, now: datetime) -> str:
        return hours_sentence(self.library.authorities.get(authority), now)

    def search(self, question: str, authority: str) -> Sequence[Offer]:
        written = {article.slug for article in self.library.articles()}
        found = self.library.search(question, place=authority, limit=8)
        return [topic for topic in found if topic.slug in written]

    def answer(self, slug: str, authority: str, now: datetime) -> Answer:
        article = self.library.article(slug)
        door = self.library.authorities.get(authority)
        return answer(article, door, self._responsible(article.tier, door, now.date()), now.date())

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
    def shelf(self) -> Shelf:
        return Shelf(self.library)

    @cached_property
    def committer(self) -> Committer:
        channels = channels_by_name()
        return Committer(channels=channels.__getitem__, words=read_words(), hours=self.shelf.hours)

    def nudges(self, role: str) -> Nudges:
        return Nudges(self.settings.data_dir, role)

    def chat(self, hub: Hub) -> Chat:
        [leave] = self.committer.words.say("utter_waiting").choices
        return Chat(self.store, hub, self.council, self.shelf.hours, leave.label, self.now)

    def floor(self, hub: Hub) -> ConversationFloor:
        return ConversationFloor(self.store, hub, self.committer, self.now)

    def council(self, slug: str) -> Council:
        """Return what the chat shows of a council that serves today. Raise KeyError."""
        authority = self.library.authorities.get(slug)
        if not authority.serves(self.now().date()):
            raise KeyError(slug)
        return Council(
            slug=authority.slug,
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
