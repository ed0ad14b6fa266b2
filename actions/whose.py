"""Whose job something is, and which councils serve a place: questions about councils themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from actions.dates import spoken
from actions.heard import Heard
from actions.home import ask_place, named_postcode, responsible_at, where
from actions.memory import Memory
from actions.outcome import Line, Outcome, say
from actions.outside import serving
from knowledge.authorities import Authority, NeedsPlace
from knowledge.base import Article
from knowledge.library import Library
from knowledge.who import team_phone, who

WHICH_COUNCIL = "which-council"
"""Stands for the topic while the postcode is asked for."""

TIERS = ("district", "county")
_BESIDE_A_PLACE = (
    "about actually and at code for here how im in is it its live lives mean meant my no now oh ok "
    "or please post postcode sorry thanks that the there this to try what wrong yes"
)
BESIDE_A_PLACE = frozenset(_BESIDE_A_PLACE.split())
_TIER = r"(?:county|district|borough|city|unitary|local)"
_ASKS_WHOSE = re.compile(
    r"\b(?:which|what) council\b(?! tax)|\bwhose (?:job|responsibility|problem)\b"
    r"|\bwho(?:'s|s| is| are)? (?:responsible|in charge|meant to)\b"
    r"|\bwho (?:do|should|can|must|would|shall) (?:i|we) (?:ask|call|contact|phone|report|ring|see|"
    r"speak|talk|tell|write|complain|go)\b"
    r"|\bwho (?:deals|looks after|handles|runs|does|fixes|mends|provides|owns|sorts)\b"
    rf"|\b{_TIER}(?: council)?,? or (?:is it |maybe )?(?:the |you)?(?:{_TIER})?\b"
    rf"|\b(?:you|yours),? or (?:is it )?(?:the )?{_TIER}\b"
    rf"|\bis (?:it|that|this) (?:you|yours|(?:for )?the {_TIER})\b",
    re.IGNORECASE,
)
_PLACE = r"(?:me|us|my|our|this|that|here|it|[a-z]{1,2}\d)"
_ASKS_COUNCIL = re.compile(
    r"\b(?:which|what) (?:local )?council (?:area )?"
    r"(?:am i|are we|do (?:i|we) (?:live|come|belong|fall|have)"
    rf"|(?:covers?|serves?|looks after|is|for|has) {_PLACE})"
    r"|\bwho(?:'s|s| is|'ll be| will be|) (?:my|our|the) (?:local |new )?council\b(?! tax)"
    r"|\bwhat(?:'s|s| is|) (?:my|our) (?:local )?council(?:$|[?.!]| (?:called|at|for|in|area)\b)"
    r"|\bnew councils?\b(?! (?:tax|house|home|flat|tenan))"
    r"|\bcouncils? (?:are |is )?(?:to )?(?:merg|abolish|be abolish|reorgani[sz]|be replac)",
    re.IGNORECASE,
)


def asks_whose(heard: Heard) -> bool:
    """Whether somebody asks whose job it is."""
    return _ASKS_WHOSE.search(_straight(heard.text)) is not None


def asks_council(heard: Heard) -> bool:
    """Whether somebody asks which council serves them, and about nothing else."""
    return _ASKS_COUNCIL.search(_straight(heard.text)) is not None


def is_place_alone(heard: Heard) -> bool:
    """Whether the message is a postcode, with hardly a word beside it."""
    named = named_postcode(heard)
    if named is None:
        return False
    words = re.findall(r"[a-z]{2,}", heard.text.lower())
    part = "".join(c for c in named.lower() if c.isalpha())
    return all(word in BESIDE_A_PLACE or word in part for word in words)


def whose_line(
    article: Article, council: Authority, heard: Heard, memory: Memory, library: Library
) -> tuple[Line, ...]:
    """Say which council does this, how to reach it, and until when it will."""
    line = say(
        "utter_who",
        council=council.name,
        subject=article.subject or "this",
        phone=team_phone(council, article.owner),
        website=council.website,
    )
    place = memory.place or {}
    if council.valid_to is None or "district" not in place or council.notice(heard.today):
        return (line,)
    found = who(library, article.slug, place["postcode"], heard.today, district=place["district"])
    if not found.then or found.until is None:
        return (line,)
    last = spoken(found.until, heard.today)
    return (line, say("utter_who_until", last=last, council=found.then))


def your_councils(heard: Heard, memory: Memory, library: Library) -> Outcome:
    """Say which councils serve the person's place; ask for it when it is not known."""
    place = where(heard, memory, library)
    here = replace(memory, place=place or memory.place, doing=None, asking=None, misses=0)
    if not place:
        return ask_place(WHICH_COUNCIL, heard, here, library)
    if place.get("outside"):
        theirs = [council for tier in TIERS for council in serving(place, tier, library)]
        names = tuple(dict.fromkeys((council.name, council.website) for council in theirs))
    else:
        try:
            ours = [responsible_at(tier, heard, place, library) for tier in TIERS]
        except NeedsPlace:
            return ask_place(WHICH_COUNCIL, heard, here, library)
        names = tuple(dict.fromkeys((council.name, council.website) for council in ours))
    next_one = _next(heard, place, library)
    return Outcome((_named(place["postcode"], names), *next_one, say("utter_what_next")), here)


def _next(heard: Heard, place: Mapping[str, str], library: Library) -> tuple[Line, ...]:
    """Say which council takes over there, when one of them is known to end."""
    if "district" not in place:
        return ()
    authorities = library.authorities
    here = authorities.responsible("district", place["district"], place["district"], heard.today)
    if here.valid_to is None:
        return ()
    first = here.valid_to + timedelta(days=1)
    new = authorities.responsible("district", here.slug, here.slug, first)
    if new == here:
        return ()
    return (say("utter_next_council", day=spoken(first, heard.today), council=new.name),)


def _named(postcode: str, councils: Sequence[tuple[str, str]]) -> Line:
    """Say the one that does everything, or the district and the county."""
    if len(councils) == 2:
        (district, website), (county, county_website) = councils
        return say(
            "utter_your_councils",
            postcode=postcode,
            district=district,
            website=website,
            county=county,
            county_website=county_website,
        )
    names = ", ".join(name for name, _ in councils)
    websites = ", ".join(website for _, website in councils)
    return say("utter_your_council", postcode=postcode, council=names, website=websites)


def _straight(text: str) -> str:
    return " ".join(text.replace("’", "'").split())
