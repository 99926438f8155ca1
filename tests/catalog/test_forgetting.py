from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.errors import Conflict, Erased
from catalog.resumes import NewResume
from catalog.store import Catalog

ResumeMaker = Callable[..., NewResume]


def test_an_erased_person_comes_back_by_no_id_email_or_phone(
    catalog: Catalog, resume: ResumeMaker
) -> None:
    key = catalog.erasure_key.make()
    with catalog.writing() as w:
        person = w.resumes.store(
            resume("cv", external="E1", email="a@b.example", phone="+4930123456", name="Ada Byron")
        ).person_id
    with catalog.writing() as w:
        erasure = w.forgetting.erase(person, "jt", key)
    assert erasure.removed["passage"] == 1
    for again in (
        resume("other", external="E1"),
        resume("other", email="A@B.example", name="A. Byron"),
        resume("other", phone="+4930123456", name="Byron, Ada"),
    ):
        with pytest.raises(Erased), catalog.writing() as w:
            w.resumes.store(again)
    with catalog.writing() as w:
        assert w.resumes.store(resume("other", phone="+4930123456", name="Bo Li")).new
        assert w.people.get(person).erased_at is not None
        assert w.people.erased() == [person]
