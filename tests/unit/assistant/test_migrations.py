"""The migrations make what the code expects."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from assistant.migrate import ALL_TABLES, migrate
from assistant.store import Store

OPERATORS_OWN = {"alembic_version", "workers", "sign_in_failures", "chores", "wordings"}
"""Tables that hold no resident's, agent's or council's data: an article is every council's."""


def test_the_migrated_database_is_what_the_tables_say(store: Store) -> None:
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, list(ALL_TABLES)) == []


def test_migrating_twice_does_nothing(store: Store) -> None:
    migrate(store)


def test_every_table_of_people_and_councils_names_its_council() -> None:
    tables = [table for metadata in ALL_TABLES for table in metadata.tables.values()]
    without = {table.name for table in tables if "authority" not in table.columns}
    assert without - OPERATORS_OWN == set()
