"""What is published is found at once, whole, and without a restart."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from knowledge.library import Library, open_files, open_library
from knowledge.publishing import Publisher

HENS = """---
slug: keeping-hens
title: Keeping hens
tier: district
owner: planning
reviewed_on: 2026-11-01
valid_until: 2099-10-31
short: You can keep a few hens without asking us, if the noise is no trouble.
ask:
- can i have chickens
---
You can keep a few hens in your garden without asking us.
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A folder with one article, about hens."""
    for folder in ("articles", "services", "authorities", "elsewhere", "places"):
        (tmp_path / folder).mkdir()
    (tmp_path / "places" / "gazetteer.csv").write_text(
        "uprn,address,number,street,town,postcode,ward,district,county,round\n"
    )
    write(tmp_path, HENS)
    return tmp_path


def write(content: Path, text: str, slug: str = "keeping-hens") -> None:
    (content / "articles" / f"{slug}.md").write_text(text.replace("keeping-hens", slug))


@pytest.fixture
def library(content: Path) -> Library:
    return open_library(content, content / "index.npz")


@pytest.fixture
def publisher(content: Path, library: Library) -> Publisher:
    return Publisher(library, open_files(content), rest=lambda seconds: time.sleep(0.01))


def test_nothing_is_published_when_nothing_has_changed(
    publisher: Publisher, library: Library
) -> None:
    before = library.edition

    assert publisher.refresh() is False
    assert library.edition is before


def test_a_changed_article_is_answered_and_found_as_it_is_now(
    publisher: Publisher, library: Library, content: Path
) -> None:
    _ = library.index
    write(content, HENS.replace("a few hens in", "up to 6 hens in").replace("chickens", "ducks"))

    assert publisher.refresh() is True
    assert "up to 6 hens" in library.article("keeping-hens").body
    assert library.index.topics[0].asks == ("can i have ducks",)


def test_a_new_article_is_found_and_one_that_is_gone_is_not(
    publisher: Publisher, library: Library, content: Path
) -> None:
    write(content, HENS.replace("can i have chickens", "is a hive of honey bees allowed"), "bees")
    publisher.refresh()
    [found] = library.search("is a hive of honey bees allowed", limit=1)
    (content / "articles" / "bees.md").unlink()
    publisher.refresh()

    assert found.slug == "bees"
    assert "bees" not in {topic.slug for topic in library.index.topics}
    with pytest.raises(KeyError):
        library.article("bees")


def test_a_broken_file_leaves_its_article_as_it_was_and_names_the_field(
    publisher: Publisher, library: Library, content: Path
) -> None:
    write(content, HENS.replace("tier: district", "tier: moon\nsecret: of somebody"))
    write(content, "no fields at all", "other")
    with capture_logs() as logs:
        changed = publisher.refresh()
        again = publisher.refresh()

    assert (changed, again) == (False, False)
    assert library.article("keeping-hens").tier == "district"
    assert sorted((line["file"], line["field"]) for line in logs) == [
        ("articles/keeping-hens.md", "secret"),
        ("articles/keeping-hens.md", "tier"),
        ("articles/other.md", ""),
    ]
    assert "somebody" not in str(logs)


def test_a_mended_file_is_published(publisher: Publisher, library: Library, content: Path) -> None:
    write(content, "half a fi")
    publisher.refresh()
    write(content, HENS.replace("a few hens in", "many hens in"))

    assert publisher.refresh() is True
    assert "many hens" in library.article("keeping-hens").body


def test_a_file_that_was_broken_from_the_start_is_left_out(content: Path) -> None:
    write(content, "half a fi", "other")

    assert [a.slug for a in open_library(content, content / "i.npz").articles()] == ["keeping-hens"]


def test_a_council_whose_file_is_gone_is_still_known(content: Path) -> None:
    real = Path(__file__).parents[3] / "knowledge" / "authorities" / "ashcombe.yml"
    file = content / "authorities" / "ashcombe.yml"
    file.write_bytes(real.read_bytes())
    library = open_library(content, content / "i.npz")
    publisher = Publisher(library, open_files(content))
    file.unlink()
    publisher.refresh()

    assert library.authorities.get("ashcombe").slug == "ashcombe"


def test_a_file_is_read_when_it_has_come_to_rest(
    publisher: Publisher, library: Library, content: Path
) -> None:
    """An editor that writes in two steps is not caught between them."""
    halves = iter([HENS, HENS + "More.\n"])
    write(content, HENS[:40])

    def finish(seconds: float) -> None:
        written = next(halves, None)
        if written is not None:
            write(content, written)

    publisher.rest = finish
    with capture_logs() as logs:
        publisher.refresh()

    assert library.article("keeping-hens").body.endswith("More.")
    assert [line["event"] for line in logs] == ["knowledge.published"]


class Added:
    """Wordings as a database gives them; it may be down."""

    def __init__(self) -> None:
        self.wordings: dict[str, tuple[str, ...]] = {}
        self.down = False
        self.looks = 0

    def __call__(self, mark: Any) -> tuple[Any, Mapping[str, tuple[str, ...]] | None]:
        self.looks += 1
        if self.down:
            raise ConnectionError
        now = str(self.wordings)
        return now, None if now == mark else dict(self.wordings)


def test_a_wording_is_understood_until_it_is_withdrawn(library: Library, content: Path) -> None:
    added = Added()
    publisher = Publisher(library, open_files(content), added)
    publisher.refresh()
    added.wordings["keeping-hens"] = ("cluck cluck in the back yard",)
    publisher.refresh()
    asks = library.index.topics[0].asks
    added.wordings.clear()
    publisher.refresh()

    assert asks == ("can i have chickens", "cluck cluck in the back yard")
    assert library.index.topics[0].asks == ("can i have chickens",)


def test_wordings_stay_while_the_database_is_down(library: Library, content: Path) -> None:
    added = Added()
    added.wordings["keeping-hens"] = ("cluck",)
    publisher = Publisher(library, open_files(content), added)
    publisher.refresh()
    added.down = True
    write(content, HENS.replace("a few hens in", "many hens in"))
    with capture_logs() as logs:
        publisher.refresh()
        publisher.refresh()

    assert library.edition.wordings == {"keeping-hens": ("cluck",)}
    assert "many hens" in library.article("keeping-hens").body
    assert [line["event"] for line in logs].count("knowledge.wordings_unread") == 1


async def test_a_turn_ends_on_what_it_began_with(
    publisher: Publisher, library: Library, content: Path
) -> None:
    async def turn() -> tuple[str, str]:
        with library.as_it_is():
            before = library.article("keeping-hens").body
            await changed.wait()
            return before, library.article("keeping-hens").body

    changed = asyncio.Event()
    under_way = asyncio.create_task(turn())
    await asyncio.sleep(0)
    write(content, HENS.replace("a few hens in", "many hens in"))
    publisher.refresh()
    changed.set()
    before, after = await under_way

    assert before == after
    assert "many hens" in library.article("keeping-hens").body


def test_everybody_sees_it_without_asking(
    publisher: Publisher, library: Library, content: Path
) -> None:
    publisher.look_every = 0.02
    publisher.start()
    try:
        write(content, HENS.replace("a few hens in", "many hens in"))
        until = time.monotonic() + 10
        while "many hens" not in library.article("keeping-hens").body:
            assert time.monotonic() < until
            time.sleep(0.02)
    finally:
        publisher.stop()


def test_what_is_new_is_learnt_anew_when_all_is_quiet(
    publisher: Publisher, library: Library, content: Path
) -> None:
    _ = library.index
    write(content, HENS.replace("- can i have chickens", "- can i have chickens\n- and ducks"))
    publisher.refresh()
    quick = library.edition
    learnt, again = publisher.learn_anew(), publisher.learn_anew()

    assert (learnt, again) == (True, False)
    assert library.edition == quick
    assert (quick.before is not None, library.edition.before) == (True, None)


def test_what_is_published_while_it_learns_stands(
    publisher: Publisher, library: Library, content: Path
) -> None:
    _ = library.index
    write(content, HENS.replace("a few hens in", "many hens in"))
    publisher.refresh()
    late = library.edition
    write(content, HENS.replace("a few hens in", "no hens in"))
    publisher.refresh()

    assert library.publish(late, instead_of=late) is False
    assert "no hens" in library.article("keeping-hens").body


def test_what_was_embedded_before_is_not_embedded_again(
    publisher: Publisher, library: Library, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ = library.index
    texts: list[str] = []
    embed = library._embed

    def counting(new: Any) -> Any:
        texts.extend(new)
        return embed(new)

    monkeypatch.setattr(library.edition.embed.__self__, "_embed", counting)  # type: ignore[attr-defined]
    write(content, HENS.replace("- can i have chickens", "- can i have chickens\n- and ducks"))
    publisher.refresh()

    assert texts == ["and ducks"]
