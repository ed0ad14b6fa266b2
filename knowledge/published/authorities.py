"""GOV.UK's list of local authorities: names, tiers, GSS codes, parents and home pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from knowledge.published.table import Context, Format, gss

TIERS = {"1": "county", "2": "district", "3": "unitary"}


def _read(values: Mapping[str, str], context: Context) -> Sequence[object] | str:
    code = gss(values, "gss")
    if not code:
        return "without a GSS code"
    if values["tier"] not in TIERS:
        problem = f"{values['tier']!r} is not 1 (county), 2 (district) or 3 (unitary)"
        raise ValueError("tier", problem)
    if not values["name"]:
        raise ValueError("name", "is empty")
    parent = values["parent"]
    if parent and parent not in context.ids:
        raise ValueError("parent", f"{parent!r} is the id of no council in the list")
    homepage = values["homepage"]
    if homepage and urlsplit(homepage).scheme not in ("http", "https"):
        raise ValueError("homepage", f"{homepage!r} is not the address of a page")
    return (
        code,
        values["name"],
        TIERS[values["tier"]],
        context.ids[parent] if parent else "",
        homepage,
        values.get("custodian", ""),
    )


FORMAT = Format(
    kind="authorities",
    title="GOV.UK local authorities",
    table="councils",
    columns={
        "id": ("id",),
        "gss": ("gss",),
        "tier": ("tier_id",),
        "parent": ("parent_local_authority_id",),
        "homepage": ("homepage_url",),
        "name": ("name",),
        "custodian": ("local_custodian_code",),
    },
    optional=frozenset({"custodian"}),
    read=_read,
)
