"""A quick learner of texts: what can be told from words, before any large model reads them.

Logistic regression on weighted counts of words and pairs of words, of letters in Chinese. It sees
every word of what it is given, so what it cannot tell from a text is not written there on the
surface; a model that understands more may still tell more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FOLDS: Final = 5
SEED: Final = 20261124
_WORD: Final = r"[\u3400-\u9fff]|[^\W\d_\u3400-\u9fff]+"
STRENGTH: Final = 10.0  # the inverse of the penalty; of 1, 3 and 10, chosen on a development seed


def fold_of(people: Sequence[str]) -> NDArray[np.int64]:
    """Each one's fold, 0 to `FOLDS` - 1; a person stands in one fold only."""
    own = sorted(set(people))
    order = np.random.default_rng(SEED).permutation(len(own))
    folds = {own[place]: n % FOLDS for n, place in enumerate(order.tolist())}
    return np.array([folds[person] for person in people], np.int64)


def weigh_words(texts: Sequence[str]) -> Any:
    """A sparse row for each text (tf-idf; rows of length 1)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    counts = TfidfVectorizer(token_pattern=_WORD, ngram_range=(1, 2), min_df=3, sublinear_tf=True)
    return counts.fit_transform(texts)


def guess(
    words: Any,
    happened: Sequence[bool],
    people: Sequence[str],
    known: Sequence[float] | None = None,
) -> Floats:
    """The chance of each, named by a learner that was told what happened to nobody of the fold.

    `words`: a row for each from `weigh_words`. `known`: one more number about each, beside it.
    """
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    folds, truth = fold_of(people), np.array(happened, bool)
    rows = words
    if known is not None:
        rows = hstack([words, csr_matrix(np.array(known, np.float64)[:, None])], format="csr")
    chances = np.empty(len(truth))
    for fold in range(FOLDS):
        apart = folds == fold
        model = LogisticRegression(C=STRENGTH, solver="liblinear").fit(rows[~apart], truth[~apart])
        chances[apart] = model.predict_proba(rows[apart])[:, 1]
    return chances


def told_apart(chances: Floats, happened: Sequence[bool], people: Sequence[str]) -> list[float]:
    """Fold by fold the area under the curve: 0.5 where nothing can be told, 1 where everything."""
    from sklearn.metrics import roc_auc_score

    folds, truth = fold_of(people), np.array(happened, bool)
    return [
        float(roc_auc_score(truth[folds == fold], chances[folds == fold])) for fold in range(FOLDS)
    ]
