"""What of a generation still holds: whose passages are the same, whose text has to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.errors import Conflict
from search.vectors import Rows

Ints = NDArray[np.int64]


class ErasedMeanwhile(Conflict):
    """Somebody was erased while an index with them in it was built."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The passages that a new generation must hold, against those that an older one holds.

    `owners` and `ids` are the rows wanted, by person and then passage; `known` is the row of the
    older generation with the same passage, -1 where it has none. `gone` are the people (ascending)
    whose words must leave it, `coming` those whose words must come in; who changed is in both.
    """

    owners: Ints
    ids: Ints
    known: Ints
    gone: Ints
    coming: Ints

    @property
    def nothing(self) -> bool:
        """Whether the older generation holds exactly what is wanted."""
        return not len(self.gone) and not len(self.coming)


def find_changes(base: Rows, wanted: Sequence[tuple[int, int]] | Ints) -> Changes:
    """`wanted` is what `resumes.rows_at` gives: (person, passage), ascending.

    A passage never changes its text, nor its number.
    """
    owners, ids = np.array(wanted, np.int64).reshape(-1, 2).T.copy()
    by_id = np.argsort(base.ids, kind="stable")
    at = np.minimum(np.searchsorted(base.ids, ids, sorter=by_id), max(len(base) - 1, 0))
    row = by_id[at] if len(base) else np.full(len(ids), -1)
    same = (base.ids[row] == ids) & (base.owners[row] == owners) if len(base) else row >= 0
    left = np.ones(len(base), bool)
    left[row[same]] = False
    changed = np.union1d(owners[~same], base.owners[left])
    return Changes(
        owners=owners,
        ids=ids,
        known=np.where(same, row, -1),
        gone=np.intersect1d(changed, base.candidates),
        coming=np.intersect1d(changed, owners),
    )
