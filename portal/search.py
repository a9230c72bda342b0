"""Full text behind one interface: FTS5 on SQLite, tsvector with GIN on PostgreSQL.

An index holds two texts of each row: what everybody who sees the row may find it by, and what only staff may. Words are
stemmed and accents folded; every word must occur, the last one may be the beginning of a word, "quoted words" stand
together.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, TextClause, text
from sqlalchemy.orm import InstrumentedAttribute

from portal.db import db, is_sqlite

HITS_CAP = 1000
"""On PostgreSQL so many hits are fetched and sorted; beyond, the list's own index is walked and each row asked. Its
planner, left alone, walks the index for a rare word too: it cannot know how rare the word is."""

TEXT_CAP = 500_000
"""Characters of one row that are indexed; a tsvector holds 1 MB."""

_TERM = re.compile(r'"([^"]+)"|(\S+)')
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Text:
    """One row's texts: for everybody who may see the row, and what staff may find besides."""

    id: int
    public: str
    internal: str = ""


@dataclass(frozen=True)
class Index:
    name: str

    @property
    def table(self) -> str:
        return f"search_{self.name}"

    def create(self, connection: Connection) -> None:
        for statement in _SQLITE_DDL if connection.dialect.name == "sqlite" else _POSTGRES_DDL:
            connection.execute(text(statement.format(table=self.table)))

    def drop(self, connection: Connection) -> None:
        connection.execute(text(f"DROP TABLE IF EXISTS {self.table}"))

    def put(self, *rows: Text) -> None:
        """Make these rows findable by exactly these texts."""
        if not rows:
            return
        facts = [{"id": row.id, "public": folded(row.public), "internal": folded(row.internal)} for row in rows]
        put = _SQLITE_PUT if is_sqlite() else _POSTGRES_PUT
        db.session.connection().execute(text(put.format(table=self.table)), facts)

    def remove(self, ids: Iterable[int]) -> None:
        key = "rowid" if is_sqlite() else "id"
        facts = [{"id": one} for one in ids]
        if facts:
            db.session.execute(text(f"DELETE FROM {self.table} WHERE {key} = :id"), facts)

    def narrowed(
        self, statement: Select[Any], key: InstrumentedAttribute[int], words: str, internal: bool = False
    ) -> Select[Any]:
        """The statement's rows that these words find, at a flat cost for rare and common words; narrow last of all.

        SQLite reads its hits as a stream in order of id. On PostgreSQL one small query more looks how many there are.
        """
        query = _query(words, internal)
        if query is None:
            return statement
        inside = statement.where(key.in_(self._hits(query, internal)))
        if is_sqlite():
            return inside
        hits = list(db.session.scalars(self._hits(query, internal, cap=HITS_CAP + 1)))
        if len(hits) <= HITS_CAP:
            return statement.where(key.in_(hits))
        covered = statement.where(self._covers(key, query, internal))
        return covered.execution_options(**{_COUNTED_AS: inside.with_only_columns(key)})

    def _hits(self, query: str, internal: bool, cap: int | None = None) -> TextClause:
        end = f" LIMIT {cap}" if cap else ""
        if is_sqlite():
            found = text(f"SELECT rowid FROM {self.table} WHERE {self.table} MATCH :words{end}")
        else:
            found = text(f"SELECT id FROM {self.table} WHERE {_column(internal)} @@ {_ASKED}{end}")
        return found.bindparams(words=query)

    def _covers(self, key: InstrumentedAttribute[int], query: str, internal: bool) -> TextClause:
        """A scalar subquery on purpose: a planner may not turn it into a scan of all hits."""
        row = f"{self.table}.id = {key.class_.__tablename__}.{key.key}"
        inner = f"SELECT {_column(internal)} @@ {_ASKED} FROM {self.table} WHERE {row}"
        return text(f"({inner})").bindparams(words=query)


_ASKED = "to_tsquery('english', :words)"
_COUNTED_AS = "portal_counted_as"


def _column(internal: bool) -> str:
    return "everything" if internal else "public"


def for_counting(statement: Select[Any]) -> Select[Any]:
    """The same rows, asked for in the way that counts fastest.

    Many hits are listed by walking the list's own index, which finds the first page soon and the thousandth row late.
    """
    counted: Select[Any] = statement.get_execution_options().get(_COUNTED_AS, statement)
    return counted


def folded(words: str) -> str:
    """Lower case without accents, so that both engines find José by jose."""
    plain = words[:TEXT_CAP].replace("\0", " ")
    if plain.isascii():
        return plain.lower()
    plain = unicodedata.normalize("NFKD", plain)
    return "".join(character for character in plain if not unicodedata.combining(character)).lower()


def _query(words: str, internal: bool) -> str | None:
    """The engine's own query; None when there is no word to look for."""
    terms = [_WORD.findall(folded(quoted or bare)) for quoted, bare in _TERM.findall(words[:400])]
    terms = [term for term in terms if term][:12]
    if not terms:
        return None
    return _sqlite_query(terms, internal) if is_sqlite() else _postgres_query(terms)


def _sqlite_query(terms: list[list[str]], internal: bool) -> str:
    phrases = ['"' + " ".join(term) + '"' for term in terms]
    if len(terms[-1]) == 1:
        phrases[-1] += "*"
    joined = " AND ".join(phrases)
    return joined if internal else f"public : ({joined})"


def _postgres_query(terms: list[list[str]]) -> str:
    phrases = ["(" + " <-> ".join(f"'{word}'" for word in term) + ")" for term in terms]
    if len(terms[-1]) == 1:
        phrases[-1] = f"('{terms[-1][0]}' | '{terms[-1][0]}':*)"
    return " & ".join(phrases)


_SQLITE_DDL = (
    "CREATE VIRTUAL TABLE {table} USING fts5(public, internal, tokenize = 'porter unicode61 remove_diacritics 2')",
)
_SQLITE_PUT = "INSERT OR REPLACE INTO {table}(rowid, public, internal) VALUES (:id, :public, :internal)"
_POSTGRES_DDL = (
    "CREATE TABLE {table} (id integer PRIMARY KEY, public tsvector NOT NULL, everything tsvector NOT NULL)",
    "CREATE INDEX ix_{table}_public ON {table} USING gin (public)",
    "CREATE INDEX ix_{table}_everything ON {table} USING gin (everything)",
)
_POSTGRES_PUT = """
INSERT INTO {table} (id, public, everything)
VALUES (:id, to_tsvector('english', :public), to_tsvector('english', :public || ' ' || :internal))
ON CONFLICT (id) DO UPDATE SET public = excluded.public, everything = excluded.everything
"""
