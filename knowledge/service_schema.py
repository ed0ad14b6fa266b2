"""The format of a service as JSON Schema: editors complete it, and mark mistakes at once."""

from __future__ import annotations

import json
from typing import Any

from knowledge.services import FOLDER, Service

FILE = FOLDER / "schema.json"
"""Where it is kept: next to the services, which name it in their first line."""


def service_schema() -> dict[str, Any]:
    """Return the schema of what a file of knowledge/services/ may say.

    A file may leave out its slug: it is the file's name.
    """
    schema = Service.schema()
    schema["required"] = [name for name in schema["required"] if name != "slug"]
    return {"$schema": "http://json-schema.org/draft-07/schema#", **schema}


def as_text() -> str:
    """Return it as it is kept in FILE."""
    return json.dumps(service_schema(), indent=2, ensure_ascii=False) + "\n"
