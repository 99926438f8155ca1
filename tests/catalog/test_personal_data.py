from __future__ import annotations

from collections.abc import Callable, Iterable

import sqlalchemy as sa

from catalog.personal_data import COLUMNS, FOLDER, Kind, Treatment
from catalog.resumes import Facts, NewResume, SkillFact
from catalog.store import Catalog
from catalog.store.tables import Row
from reading.resume import Education, LanguageSkill, Position
from reading.spans import Span


def test_every_column_of_every_table_is_on_the_map_and_nothing_else() -> None:
    tables = {
        table.name: {column.name for column in table.columns}
        for table in Row.metadata.sorted_tables
    }
    tables["alembic_version"] = {"version_num"}
    assert {name: set(columns) for name, columns in COLUMNS.items()} == tables


def test_the_tables_that_really_exist_are_on_the_map(catalog: Catalog) -> None:
    with catalog.reading() as r:
        names = sa.inspect(r.unit.connection).get_table_names()
    assert set(names) == set(COLUMNS)


def test_nothing_personal_is_kept_when_a_person_is_erased() -> None:
    kept = [
        (table, column)
        for table, columns in COLUMNS.items()
        for column, place in columns.items()
        if place.kind is Kind.PERSONAL and place.treatment is Treatment.KEEP
    ]
    assert kept == []


def test_a_document_takes_along_all_that_was_read_from_it(
    catalog: Catalog, resume: Callable[..., NewResume]
) -> None:
    with catalog.writing() as w:
        w.resumes.store(resume("one\ntwo", email="a@b.example", facts=_facts()))
        kept = w.resumes.store(resume("other", external="A2"))
    with catalog.writing() as w:
        w.unit.connection.exec_driver_sql("DELETE FROM document WHERE person_id = 1")
        assert [p.text for p in w.resumes.passages_at(w.sequence)] == ["other"]
        for table, columns in COLUMNS.items():
            if any(place.treatment is Treatment.CASCADE for place in columns.values()):
                owners = f"SELECT * FROM {table} WHERE {_key(columns)} <> {kept.resume_id}"
                assert w.unit.connection.exec_driver_sql(owners).all() == [], table


def _key(columns: Iterable[str]) -> str:
    """What says whose a row is; documents, extractions and résumés are numbered alike here."""
    return next(key for key in ("resume_id", "extraction_id", "document_id") if key in columns)


def _facts() -> Facts:
    span = Span(0, 3)
    return Facts(
        positions=(Position("a", None, None, span, span),),
        education=(Education(None, "b", None, None, span),),
        skills=(SkillFact("c", True),),
        languages=(LanguageSkill("de", None, span),),
    )


def test_a_column_that_is_blanked_may_be_null_or_is_json() -> None:
    for table, columns in COLUMNS.items():
        for column, place in columns.items():
            if place.treatment is Treatment.BLANK:
                stored = Row.metadata.tables[table].columns[column]
                assert stored.nullable or isinstance(stored.type, sa.JSON), (table, column)


def test_what_a_catalog_puts_into_its_folder_is_on_the_map(sqlite_catalog: Catalog) -> None:
    sqlite_catalog.blobs.put(b"%PDF-1.7")
    with sqlite_catalog.writing() as w:
        w.people.add("Amrita Kaur")
    assert {path.name for path in sqlite_catalog.folder.iterdir()} <= set(FOLDER)
