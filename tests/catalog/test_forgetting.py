"""Erasing a person: what goes, what stays, who may come in again and who may not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from catalog.errors import Conflict, Damaged, Erased, InvalidRequest, NotFound, NotReady
from catalog.forgetting import Erasure, ErasureRecord
from catalog.people import Claim, ClaimKind, PersonStatus
from catalog.personal_data import COLUMNS, Treatment
from catalog.resumes import Consent, NewResume
from catalog.searches import Impression, SearchRecord, SearchSource
from catalog.store import Catalog
from catalog.store.forgetting.erasing import WHOSE
from catalog.store.forgetting.tombstones import Tombstones, tombstones_of
from catalog.store.names import names_agree, names_contradict
from catalog.store.tables import PersonRow, Row, TombstoneRow
from reading.dates import Month
from reading.job import Job

ResumeMaker = Callable[..., NewResume]
WHY = {"reason": "", "actor": "jt"}
LONG = "Calibrated wind vanes for harbours, wrote their logs, and trained three keepers. " * 2


def erase(catalog: Catalog, person: int) -> Erasure:
    key = catalog.erasure_key.make()
    with catalog.writing() as w:
        return w.forgetting.erase(person, "jt", key)


def store(catalog: Catalog, new: NewResume) -> int:
    with catalog.writing() as w:
        return w.resumes.store(new).person_id


def current_texts(catalog: Catalog) -> list[str]:
    with catalog.reading() as r:
        return [passage.text for passage in r.resumes.passages_at(r.sequence)]


def test_the_erasure_knows_every_table_on_the_map() -> None:
    touched = {
        table
        for table, columns in COLUMNS.items()
        if {place.treatment for place in columns.values()} - {Treatment.KEEP, Treatment.ORPHAN}
    }
    assert set(WHOSE) == touched


def test_a_table_that_the_erasure_does_not_know_stops_it(
    sqlite_catalog: Catalog, resume: ResumeMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = store(sqlite_catalog, resume("cv", external="E1"))
    monkeypatch.delitem(WHOSE, "watch_match")
    with pytest.raises(KeyError):
        erase(sqlite_catalog, person)
    assert current_texts(sqlite_catalog) == ["cv"]


def test_nothing_of_an_erased_person_is_found_and_their_number_still_resolves(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    person = store(catalog, resume("cv", external="E1", name="Ada Byron"))
    other = store(catalog, resume("other", external="E2"))
    erasure = erase(catalog, person)
    assert current_texts(catalog) == ["other"]
    assert (erasure.person_id, erasure.done_at) == (person, None)
    assert erasure.due_at - erasure.at == timedelta(days=30)
    assert {name: erasure.removed[name] for name in ("document", "passage", "person")} == {
        "document": 1,
        "passage": 1,
        "person": 1,
    }
    with catalog.reading() as r:
        gone = r.people.get(person)
        assert (gone.id, gone.name, gone.erased_at) == (person, None, erasure.at)
        assert gone.status is PersonStatus.DO_NOT_CONTACT
        assert r.people.erased() == [person]
        assert r.people.of_external(["E1", "E2"]) == {"E2": other}
        assert r.counts().people == 1


def test_erasing_twice_is_one_erasure(catalog: Catalog, resume: ResumeMaker) -> None:
    person = store(catalog, resume("cv", external="E1"))
    assert erase(catalog, person) == erase(catalog, person)
    with catalog.reading() as r:
        assert len(r.forgetting.all()) == 1


def test_an_erased_person_comes_back_by_no_id_email_or_phone(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    person = store(
        catalog,
        resume("cv", external="E1", email="a@b.example", phone="+4930123456", name="Ada Byron"),
    )
    erase(catalog, person)
    for again in (
        resume("other", external=" E1 "),
        resume("other", external="NEW", email="A@B.example", name="A. Byron"),
        resume("other", email="a@b.example"),
        resume("other", phone="+4930123456", name="Byron, Ada"),
    ):
        with pytest.raises(Erased):
            store(catalog, again)
        with catalog.reading() as r:
            assert r.resumes.is_of_erased(again.claims, again.name, again.document.content_hash)
    assert current_texts(catalog) == []


def test_claims_of_the_past_and_of_merged_records_keep_somebody_away_too(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    one = store(catalog, resume("old", external="E1", email="old@x.example"))
    store(catalog, resume("newer", external="E1", email="new@x.example"))
    two = store(catalog, resume("twin", claims=[Claim("ats:lever", "77")]))
    with catalog.writing() as w:
        w.merges.merge(two, one, **WHY)
        w.unit.connection.execute(
            sa.text("UPDATE identity_claim SET until_sequence = 3 WHERE value = 'old@x.example'")
        )
    erase(catalog, one)  # an id that was merged away means the whole person
    for again in (
        resume("a", email="old@x.example"),
        resume("b", email="new@x.example"),
        resume("c", external="E1"),
        resume("d", claims=[Claim("ats:lever", "77")]),
    ):
        with pytest.raises(Erased):
            store(catalog, again)
    assert store(catalog, resume("e", claims=[Claim("ats:ashby", "77")]))
    with catalog.reading() as r:
        assert r.people.erased() == [one, two]


def test_a_name_of_an_older_document_is_remembered_too(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    maiden = {"contact": {"name": "Ada Byron"}}
    phone = "+4930123456"
    store(catalog, resume("a", external="E1", phone=phone, name="Ada Byron", parsed=maiden))
    person = store(catalog, resume("b", external="E1", phone=phone, name="Ada King"))
    erase(catalog, person)
    for name in ("Ada Byron", "Ada King"):
        with pytest.raises(Erased):
            store(catalog, resume("c", phone=phone, name=name))
    assert store(catalog, resume("d", phone=phone, name="Byron King"))


@pytest.mark.parametrize(
    "shared", [{"phone": "+4930123456"}, {"email": "cv@agency.example"}], ids=["phone", "email"]
)
def test_what_two_people_share_does_not_keep_the_other_one_out(
    catalog: Catalog, resume: ResumeMaker, shared: dict[str, str]
) -> None:
    gone = store(catalog, resume("a", external="E1", name="Maren Holt", **shared))
    stays = store(catalog, resume("b", external="E2", name="Ravi Pillai", **shared))
    erase(catalog, gone)
    assert store(catalog, resume("b2", external="E2", name="Ravi Pillai", **shared)) == stays
    assert store(catalog, resume("b3", name="Ravi Pillai", **shared)) == stays
    assert store(catalog, resume("c", name="Bo Li", **shared)) not in (gone, stays)
    with pytest.raises(Erased):
        store(catalog, resume("d", name="Maren Holt", **shared))


def test_an_id_of_somebody_here_decides_before_an_email_of_somebody_erased(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    gone = store(catalog, resume("a", external="E1", email="a@x.example"))
    stays = store(catalog, resume("b", external="E2"))
    erase(catalog, gone)
    assert store(catalog, resume("c", external="E2", email="a@x.example")) == stays
    # From now on the e-mail means somebody here as surely as somebody erased: nobody guesses.
    with pytest.raises(Erased):
        store(catalog, resume("d", email="a@x.example"))


def test_the_same_bytes_and_the_same_letters_are_recognised_without_any_claim(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    person = store(catalog, resume(LONG))
    erase(catalog, person)
    for again in (
        resume(LONG),
        resume(LONG.replace(" ", "\n").upper(), reader="pdf/9"),
        resume(LONG, external="ANOTHER"),
    ):
        with pytest.raises(Erased):
            store(catalog, again)
    assert store(catalog, resume(LONG + "And more."))


def test_bytes_that_somebody_else_has_too_stay_and_keep_nobody_out(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    gone = store(catalog, resume(LONG, external="E1"))
    stays = store(catalog, resume(LONG, external="E2"))
    assert erase(catalog, gone).removed.get("blobs") is None
    assert store(catalog, resume(LONG, external="E2")) == stays
    with catalog.writing() as w:
        content = resume(LONG).document.content_hash
        assert w.sweeping.unowned([content, "0" * 64]) == ["0" * 64]
        assert w.sweeping.delete_vectors() == 0


@pytest.mark.parametrize("erased", ["winner", "loser"])
def test_after_a_merge_that_was_undone_the_text_of_one_goes_from_both_and_no_more(
    catalog: Catalog, resume: ResumeMaker, erased: str
) -> None:
    winner = store(catalog, resume("winner's text", external="E1"))
    loser = store(catalog, resume("loser's text", external="E2"))
    with catalog.writing() as w:
        w.merges.unmerge(w.merges.merge(winner, loser, **WHY), **WHY)
    gone, stays = (winner, loser) if erased == "winner" else (loser, winner)
    erase(catalog, gone)
    assert current_texts(catalog) == [f"{'loser' if erased == 'winner' else 'winner'}'s text"]
    with catalog.reading() as r:
        rows = r.unit.connection.execute(sa.text("SELECT person_id, scoring_text FROM resume"))
        assert {(owner, text[: len(erased)] == erased) for owner, text in rows} == {(stays, False)}
        assert r.people.get(stays).erased_at is None


def test_after_an_erasure_no_merge_is_undone_or_made(catalog: Catalog, resume: ResumeMaker) -> None:
    one = store(catalog, resume("a", external="E1"))
    two = store(catalog, resume("b", external="E2"))
    three = store(catalog, resume("c", external="E3"))
    with catalog.writing() as w:
        merge = w.merges.merge(one, two, **WHY)
    erase(catalog, two)
    with pytest.raises(NotFound, match="erased since"), catalog.writing() as w:
        w.merges.unmerge(merge, **WHY)
    with pytest.raises(Erased), catalog.writing() as w:
        w.merges.merge(three, two, **WHY)
    with catalog.reading() as r:
        assert r.people.resolve(two) == one


def test_nothing_is_recorded_about_an_erased_person(catalog: Catalog, resume: ResumeMaker) -> None:
    person = store(catalog, resume("a", external="E1"))
    with catalog.writing() as w:
        job = w.jobs.store(Job("A baker.", "en", "Baker", ()), "J1")
    erase(catalog, person)
    with pytest.raises(Erased), catalog.writing() as w:
        w.outcomes.apply(person, job, "ats")
    with pytest.raises(Erased), catalog.writing() as w:
        w.people.set_consent(person, Consent(basis="contract"))
    with pytest.raises(Conflict), catalog.writing() as w:
        w.forgetting.hold(person, "a lawsuit", "jt")
    with catalog.writing() as w:
        w.people.set_status(person, PersonStatus.ACTIVE)
        assert w.people.get(person).status is PersonStatus.DO_NOT_CONTACT
    with catalog.reading() as r:
        assert r.forgetting.erased_ids(["E1", "E2", ""]) == {"E1"}


def test_a_legal_hold_forbids_it_until_it_is_lifted(catalog: Catalog, resume: ResumeMaker) -> None:
    one = store(catalog, resume("a", external="E1"))
    two = store(catalog, resume("b", external="E2"))
    with catalog.writing() as w:
        hold = w.forgetting.hold(two, "a claim for damages", "legal")
        w.merges.merge(one, two, **WHY)
    with pytest.raises(Conflict, match="a claim for damages"):
        erase(catalog, one)
    with catalog.writing() as w:
        lifted = w.forgetting.lift(hold, "jt")
    assert (lifted.person_id, lifted.lifted_by) == (two, "jt")
    assert erase(catalog, one).removed["legal_hold"] == 1
    with pytest.raises(InvalidRequest), catalog.writing() as w:
        w.forgetting.hold(one, " ", "jt")
    with pytest.raises(NotFound), catalog.writing() as w:
        w.forgetting.lift(hold, "jt")


def test_who_may_be_kept_no_longer_is_found_the_day_after_the_last(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    last = date(2026, 11, 24)
    people = [
        store(catalog, resume(f"cv {n}", external=f"E{n}", consent=Consent(retention_until=until)))
        for n, until in enumerate((last, last + timedelta(1), None, last, last, last))
    ]
    with catalog.writing() as w:
        w.forgetting.hold(people[3], "a lawsuit", "jt")
        w.merges.merge(people[1], people[4], **WHY)
    erase(catalog, people[5])
    with catalog.reading() as r:
        assert r.forgetting.due(last) == []
        assert r.forgetting.due(last + timedelta(1)) == [people[0]]
        assert r.forgetting.due(last + timedelta(2)) == people[:2]


def test_logged_searches_lose_who_was_shown_and_who_was_named_and_nothing_else(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    gone = store(catalog, resume("a", external="E1", email="ada@x.example", name="Ada Byron"))
    stays = store(catalog, resume("b", external="E2"))
    with catalog.writing() as w:
        generation = w.generations.begin("g", 1, "e", 1)
    texts = ["find Ada BYRON", "ADA@x.example", "a baker named Ada", "byron, ada", None]
    for number, text in enumerate(texts):
        shown = [Impression(n + 1, p, 0.5, {}, "r") for n, p in enumerate((gone, stays))]
        with catalog.writing() as w:
            w.searches.log(_record(number, {"text": text, "job": {"text": "x"}}, generation), shown)
    erasure = erase(catalog, gone)
    assert (erasure.removed["impression"], erasure.removed["search_log"]) == (5, 3)
    with catalog.reading() as r:
        kept = [r.searches.get(f"{number:032x}") for number in range(len(texts))]
        assert [bool(record.request) for record in kept] == [False, False, True, False, True]
        assert {record.job_key for record in kept} == {"key"}
        for number in range(len(texts)):
            assert [s.person_id for s in r.searches.impressions(f"{number:032x}")] == [stays]
        assert r.searches.verify_chain() == []


def test_a_search_that_was_under_way_leaves_no_trace_after_the_second_look(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    gone = store(catalog, resume("a", external="E1"))
    erasure = erase(catalog, gone)
    with catalog.writing() as w:
        generation = w.generations.begin("g", 1, "e", 1)
        w.searches.log(_record(1, {}, generation), [Impression(1, gone, 0.5, {}, "r")])
    with catalog.writing() as w:
        w.forgetting.finish(erasure.id, {})
    again = erase(catalog, gone)
    assert (again.id, again.done_at) == (erasure.id, None)
    assert again.removed == {**erasure.removed, "impression": 1}
    with catalog.reading() as r:
        assert r.searches.impressions(f"{1:032x}") == []


def test_who_opened_the_catalog_with_another_key_can_neither_store_nor_erase(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    gone, stays = (store(catalog, resume(who, external=who)) for who in ("E1", "E2"))
    erase(catalog, gone)
    whole = catalog.erasure_key.path.read_text()
    catalog.erasure_key.path.write_text("ab" * 32)
    with pytest.raises(Damaged, match=r"erasure\.key"):
        store(catalog, resume("c", external="E3"))
    with pytest.raises(Damaged):
        erase(catalog, stays)
    catalog.erasure_key.path.write_text("not hex")
    with pytest.raises(Damaged):
        store(catalog, resume("c", external="E3"))
    catalog.erasure_key.path.unlink()
    with pytest.raises(NotReady, match="Restore it"):
        store(catalog, resume("c", external="E3"))
    catalog.erasure_key.path.write_text(whole)
    assert store(catalog, resume("c", external="E3"))


def test_the_key_is_its_owners_alone_and_made_once(sqlite_catalog: Catalog) -> None:
    first = sqlite_catalog.erasure_key.make()
    assert sqlite_catalog.erasure_key.make() == first == sqlite_catalog.erasure_key.read()
    assert len(first) == 32
    assert sqlite_catalog.erasure_key.path.stat().st_mode & 0o777 == 0o600


def test_a_tombstone_says_nothing_without_the_key(catalog: Catalog, resume: ResumeMaker) -> None:
    person = store(catalog, resume("a", email="ada@x.example", name="Ada Byron"))
    erase(catalog, person)
    with catalog.reading() as r:
        rows = r.unit.connection.execute(sa.select(TombstoneRow.kind, TombstoneRow.digest)).all()
    said = " ".join(f"{kind} {digest}" for kind, digest in rows)
    assert "example" not in said
    assert "byron" not in said
    assert all(len(digest) == 64 for _, digest in rows)


NAMES = [
    *("Anna Berg", "BERG, Anna", "José Núñez", "Jose Nunez", "A. Berg", "Anna Maria Berg-Lund"),
    *("Anna Lund", "Tom Lund", "王 小明", "王小明", "李小明", "Wang Xiaoming", "", "Cher", "B A"),
]


def test_hashed_names_agree_and_contradict_as_the_names_do(sqlite_catalog: Catalog) -> None:
    """Every pair: whom a tombstone lets in is whom identification would take for another."""
    key = b"k" * 32
    phone = Claim(ClaimKind.PHONE, "+4930123456")
    email = Claim(ClaimKind.EMAIL, "a@x.example")
    with sqlite_catalog.writing() as w:
        people = {name: w.people.add() for name in NAMES}
        for name, person in people.items():
            rows = [
                {"kind": t.kind, "digest": t.digest, "person_id": t.person_id, "at": w.unit.now}
                for t in tombstones_of(key, person, [phone, email], [name], [], [])
            ]
            w.unit.insert_all(TombstoneRow, rows)
        tombstones = Tombstones(w.unit.connection, key)
        for asked in (*NAMES, None):
            by_phone = {person for _, person in tombstones.matching([phone], asked)}
            assert by_phone == {people[n] for n in NAMES if names_agree(asked, n)}, asked
            by_email = {person for _, person in tombstones.matching([email], asked)}
            assert by_email == {people[n] for n in NAMES if not names_contradict(asked, n)}, asked


def test_a_restored_catalog_forgets_again_by_number_and_moment(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    """The backup: before the erasure, with the person merged into another by mistake and held."""
    winner = store(catalog, resume("winner's text", external="E1"))
    loser = store(catalog, resume("loser's text", external="E2"))
    record = _record_before_it_happened(catalog, loser)
    with catalog.writing() as w:
        w.forgetting.hold(loser, "a lawsuit that has ended since", "jt")
        w.merges.merge(winner, loser, **WHY)
    key = catalog.erasure_key.read()
    with catalog.writing() as w:
        (erasure,) = w.forgetting.repeat(record, key)
    assert erasure.person_id == loser
    assert current_texts(catalog) == ["winner's text"]
    with catalog.writing() as w:
        assert w.forgetting.repeat(record, key) == []
        assert w.people.erased() == [loser]
    with pytest.raises(Erased):
        store(catalog, resume("again", external="E2"))


def test_whoever_came_after_the_backup_is_kept_away_and_nobody_else_is_touched(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    person = store(catalog, resume("a", external="E1"))
    record = _record_before_it_happened(catalog, person)
    born = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    record = replace(record, details={**record.details, "people": [[person, born]]})
    with catalog.writing() as w:  # the claims that the record knows are another's, not these
        w.unit.connection.execute(sa.text("UPDATE identity_claim SET value = 'E9'"))
        assert w.forgetting.repeat(record, catalog.erasure_key.read()) == []
    with catalog.writing() as w:
        assert w.forgetting.repeat(record, catalog.erasure_key.read()) == []
        assert w.people.erased() == [person + 1]
        assert w.counts().people == 1
        (told,) = w.forgetting.records()  # for the backups of this catalog
        assert {(t.kind, t.digest) for t in told.tombstones} == {
            (t.kind, t.digest) for t in record.tombstones
        }
        assert w.forgetting.open() == []
    assert current_texts(catalog) == ["a"]
    with pytest.raises(Erased):
        store(catalog, resume("again", external="E1"))


def test_two_who_came_after_the_backup_are_told_of_whole_though_they_share_what_is_hashed(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    """Each record holds the mark of the key, so a restore over what was restored can read it."""
    records = []
    for external in ("E1", "E2"):
        person = store(catalog, resume(f"of {external}", name="Ann Quarrybrook", external=external))
        records.append(_record_before_it_happened(catalog, person))
    born = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    records = [
        replace(each, details={**each.details, "people": [[each.person_id, born]]})
        for each in records
    ]
    key = catalog.erasure_key.read()
    with catalog.writing() as w:
        w.unit.connection.execute(sa.text("UPDATE identity_claim SET value = 'of others'"))
        for record in records:
            assert w.forgetting.repeat(record, key) == []
        told = w.forgetting.records()
        assert [{(t.kind, t.digest) for t in each.tombstones} for each in told] == [
            {(t.kind, t.digest) for t in each.tombstones} for each in records
        ]
        for record in (*records, *told):  # told by the restored one, or once more
            assert w.forgetting.repeat(record, key) == []
        assert len(w.forgetting.records()) == 2


def test_a_ledger_of_another_key_is_refused(catalog: Catalog, resume: ResumeMaker) -> None:
    person = store(catalog, resume("a", external="E1"))
    record = _record_before_it_happened(catalog, person)
    with pytest.raises(Damaged, match=r"another erasure\.key"), catalog.writing() as w:
        w.forgetting.repeat(record, b"x" * 32)


def test_the_receipt_grows_until_it_is_done_and_then_no_more(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    person = store(catalog, resume("a", external="E1"))
    with catalog.writing() as w:
        w.models.add("r1", "reranker", "f1", "models/r1", {})
        w.models.add("r2", "reranker", "f2", "models/r2", {})
        w.models.add_trained_on("f1", [person])
    erasure = erase(catalog, person)
    assert erasure.models == ("f1",)
    with catalog.writing() as w:  # a training that was running meanwhile
        w.models.add_trained_on("f2", [person])
        assert [each.id for each in w.forgetting.open()] == [erasure.id]
        done = w.forgetting.finish(erasure.id, {"generations": 2, "impression": 1, "nothing": 0})
    assert done.removed == {**erasure.removed, "generations": 2, "impression": 1}
    assert done.models == ("f1", "f2")
    assert done.done_at is not None
    with catalog.writing() as w:
        assert w.forgetting.finish(erasure.id, {"generations": 9}) == done
        assert w.forgetting.open() == []
        with pytest.raises(NotFound):
            w.forgetting.finish(99, {})


def test_what_is_kept_of_a_person_is_nothing_but_numbers_and_moments(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    terms = Consent("contract", "this job", date(2030, 1, 1))
    person = store(catalog, resume("a", external="E1", name="Ada Byron", consent=terms))
    erase(catalog, person)
    with catalog.reading() as r:
        row = r.unit.connection.execute(sa.select(PersonRow.__table__)).one()
    assert row._mapping.keys() >= set(COLUMNS["person"])
    for column, place in COLUMNS["person"].items():
        assert (row._mapping[column] is None) is (place.treatment is Treatment.BLANK), column
    assert Row.metadata.tables["person"].name == "person"


def _record(number: int, request: dict[str, object], generation: int) -> SearchRecord:
    return SearchRecord(
        id=f"{number:032x}",
        at=datetime.now(UTC),
        request=request,
        job_key="key",
        sequence=1,
        generation_id=generation,
        as_of=Month(2026, 11),
        source=SearchSource.CLI,
    )


def _record_before_it_happened(catalog: Catalog, person: int) -> ErasureRecord:
    """What the ledger will say of an erasure that this state of the catalog does not know yet."""
    key = catalog.erasure_key.make()

    with catalog.writing() as w, w.unit.connection.begin_nested() as tried:
        w.forgetting.erase(person, "jt", key)
        (record,) = w.forgetting.records()
        tried.rollback()
    return record
