"""What sentence-transformers' trainer needs to be told to train an encoder on triples: that a
checkpoint holds what learns and nothing else, when to stop, and whom to tell how far it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformerTrainer
from transformers import EarlyStoppingCallback, PrinterCallback, TrainerCallback

from catalog.errors import Damaged

_LEARNED: Final = "learned.safetensors"


class _Telling(TrainerCallback):
    def __init__(self, advance: Callable[[int, int], None]) -> None:
        self._advance = advance

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self._advance(state.global_step, state.max_steps)


class TripleTrainer(SentenceTransformerTrainer):
    """Checkpoints hold the weights that learn, the optimizer and where it stands; with an adapter
    that is some megabytes instead of the whole encoder each time."""

    def __init__(
        self, *, patience: int | None, advance: Callable[[int, int], None], **settings: Any
    ) -> None:
        callbacks: list[TrainerCallback] = [_Telling(advance)]
        if patience is not None:
            callbacks.append(EarlyStoppingCallback(early_stopping_patience=patience))
        super().__init__(callbacks=callbacks, **settings)
        self.remove_callback(PrinterCallback)

    def add_model_card_callback(self, default_args_dict: dict[str, Any]) -> None:
        """None: the library's card would quote what was trained on, and ours is written after."""

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        folder = Path(output_dir or str(self.args.output_dir))
        folder.mkdir(parents=True, exist_ok=True)
        learning = {
            name: value.detach().contiguous()
            for name, value in self.model.named_parameters()
            if value.requires_grad
        }
        save_file(learning, folder / _LEARNED)

    def _load_from_checkpoint(self, checkpoint_path: str, model: Any = None) -> None:
        learned = load_file(Path(checkpoint_path) / _LEARNED)
        unlike = self.model.load_state_dict(learned, strict=False).unexpected_keys
        if unlike:
            raise Damaged("the checkpoint to go on from is of another model: remove it")
