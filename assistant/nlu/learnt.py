"""What was learnt before is used again, while nothing that it was learnt from has changed: a new
rule or a new reply is trained in seconds, where to learn takes minutes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory, gettempprefix

from knowledge.embedding import model_mark

CODE = Path(__file__).parent
KEPT = CODE.parents[1] / "var" / "learnt"


def learnt(name: str, from_what: Iterable[str], learn: Callable[[Path], None], into: Path) -> None:
    """Put into the folder what `learn` writes into one: its files, no folders. They are those of
    before when it was from the same, with the same code and the same sentence model."""
    kept = KEPT / name / _key(from_what)
    if not kept.is_dir():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=kept.parent) as folder:
            learn(Path(folder))
            # Not what another process is just learning: its folder has a name of tempfile's.
            for older in kept.parent.glob(f"[!{gettempprefix()[0]}]*"):
                shutil.rmtree(older, ignore_errors=True)
            with suppress(OSError):  # another process was sooner
                shutil.copytree(folder, kept)
    shutil.copytree(kept, into, dirs_exist_ok=True)


def _key(from_what: Iterable[str]) -> str:
    digest = blake2b(model_mark().encode(), digest_size=16)
    for path in sorted(CODE.glob("*.py")):
        digest.update(path.read_bytes())
    for text in from_what:
        digest.update(b"\0" + text.encode())
    return digest.hexdigest()
