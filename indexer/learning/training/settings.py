"""How to train: what a reranker and an encoder are both told."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from catalog.errors import InvalidRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """How to train. The defaults are for two cores."""

    lora: bool = True
    rank: int = 8
    epochs: float
    batch: int = 16
    rate: float | None = None  # default: as RATES
    patience: int = 4  # evaluations, two an epoch, without a better development nDCG
    seed: int = 20261124
    device: str = "cpu"
    report_to: tuple[str, ...] = ("tensorboard",)  # names that transformers knows

    RATES: ClassVar[tuple[float, float]]
    """With LoRA, and with every weight."""

    def __post_init__(self) -> None:
        for what, holds in self.demands().items():
            if not holds:
                raise InvalidRequest(what)

    def demands(self) -> dict[str, bool]:
        """What settings must be, in words, and whether these are."""
        return {
            "epochs must be above 0 and at most 100": 0 < self.epochs <= 100,
            "batch must lie between 2 and 1024": 2 <= self.batch <= 1024,
            "rank must lie between 1 and 256": 1 <= self.rank <= 256,
            "rate must lie above 0 and below 1": self.rate is None or 0 < self.rate < 1,
        }

    @property
    def learning_rate(self) -> float:
        """The rate at the top of the warm-up."""
        return self.rate or self.RATES[0 if self.lora else 1]

    def describe(self) -> dict[str, Any]:
        """The settings as JSON, without what does not say what is learned."""
        apart = {"device", "report_to"}
        return {key: value for key, value in asdict(self).items() if key not in apart}
