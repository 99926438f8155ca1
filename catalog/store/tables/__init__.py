"""The tables, as SQLAlchemy rows. Used only inside `catalog.store` and by `migrations`.

Three kinds of time, never mixed: an *instant* (`…_at`, UTC), a *date* (`…_on`, `…_until`), and the
catalog's *sequence* (`sequence`, `from_sequence`, `to_sequence`), which is ordered by commit. A row
with `from_sequence` and `to_sequence` exists for readers at s when from_sequence <= s < to_sequence
(no end: null). Months are ordinals (`reading.dates.Month.ordinal`).

What erasure relies on: a person's row stays as a tombstone, so whatever points at a person does not
cascade; whatever hangs on a document (extractions, résumés and all their parts) goes with it.
"""

from catalog.store.tables.access import AccessRow, ApiKeyRow, IdempotencyRow
from catalog.store.tables.documents import (
    DocumentRow,
    EducationRow,
    ExtractionRow,
    PassageRow,
    PositionRow,
    QuarantineRow,
    ResumeLanguageRow,
    ResumeRow,
    ResumeSkillRow,
)
from catalog.store.tables.forgetting import (
    BackupRow,
    ErasureRow,
    LegalHoldRow,
    TombstoneRow,
)
from catalog.store.tables.jobs import ApplicationRow, JobRow, OutcomeEventRow, RequirementRow
from catalog.store.tables.learning import DecisionRow, LabelRulesRow, ModelRow, TrainedOnRow
from catalog.store.tables.nights import NightRow, WatchMatchRow, WatchRow
from catalog.store.tables.people import (
    IdentityClaimRow,
    MergeEventRow,
    MergeSuggestionRow,
    PersonAliasRow,
    PersonRow,
    PersonStatusRow,
)
from catalog.store.tables.rows import Instant, Row
from catalog.store.tables.serving import (
    GenerationRow,
    ImpressionRow,
    PairScoreRow,
    SearchChainRow,
    SearchRow,
    ServingRow,
    VectorRow,
)
from catalog.store.tables.upkeep import (
    AppendOnlyPassRow,
    InboxRow,
    OutboxRow,
    SequenceRow,
    SettingRow,
)

__all__ = [
    "AccessRow",
    "ApiKeyRow",
    "AppendOnlyPassRow",
    "ApplicationRow",
    "BackupRow",
    "DecisionRow",
    "DocumentRow",
    "EducationRow",
    "ErasureRow",
    "ExtractionRow",
    "GenerationRow",
    "IdempotencyRow",
    "IdentityClaimRow",
    "ImpressionRow",
    "InboxRow",
    "Instant",
    "JobRow",
    "LabelRulesRow",
    "LegalHoldRow",
    "MergeEventRow",
    "MergeSuggestionRow",
    "ModelRow",
    "NightRow",
    "OutboxRow",
    "OutcomeEventRow",
    "PairScoreRow",
    "PassageRow",
    "PersonAliasRow",
    "PersonRow",
    "PersonStatusRow",
    "PositionRow",
    "QuarantineRow",
    "RequirementRow",
    "ResumeLanguageRow",
    "ResumeRow",
    "ResumeSkillRow",
    "Row",
    "SearchChainRow",
    "SearchRow",
    "SequenceRow",
    "ServingRow",
    "SettingRow",
    "TombstoneRow",
    "TrainedOnRow",
    "VectorRow",
    "WatchMatchRow",
    "WatchRow",
]
