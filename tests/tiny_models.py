"""Models of two narrow layers with random weights, and tokenizers of some dozen words: real, and
trained in seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

_WORDS: Final = (
    *("nurse", "ward", "patients", "surgeon", "driver", "truck", "lorry", "night", "shift"),
    *("baker", "bread", "oven", "years", "of", "in", "and", "for", "a", "the", "worked", "with"),
    *("demand", "must", "?", ",", ":", "·", "护士", "病房", "司机", "货车", "年"),
)
_OF_CRAFTS: Final = (
    *("falconer", "glassblower", "trains", "owls", "hawks", "melts", "furnace", "quartz"),
    *("flasks", "years", "of", "and", "for", "the", "with", *"驯鹰师玻璃吹制训练猎炉火年经验负责"),
)
_NARROW: Final[Mapping[str, Any]] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
}


def write_tiny_bert(folder: Path, seed: int = 1) -> Path:
    """The folder, with weights drawn from `seed`; characters that are no word are [UNK]."""
    import torch
    from transformers import BertConfig, BertModel

    letters = [chr(code) for code in range(97, 123)]
    pieces = [f"##{letter}" for letter in letters]
    marks = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
    words = list(dict.fromkeys([*marks, *_WORDS, *letters, *pieces, *"0123456789"]))
    torch.manual_seed(seed)
    config = BertConfig(vocab_size=len(words), max_position_embeddings=128, **_NARROW)
    BertModel(config).save_pretrained(folder)
    _write_tokenizer(folder, words, 1, mask_token="[MASK]", model_max_length=128)
    return folder


def write_tiny_cross_encoder(folder: Path, kind: str = "bert", seed: int = 5) -> Path:
    """A whole model in a folder, as training leaves it; `kind`: bert or xlm-roberta."""
    import torch
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        XLMRobertaConfig,
        XLMRobertaForSequenceClassification,
    )

    words = ["[CLS]", "[PAD]", "[UNK]", "[SEP]", *dict.fromkeys(_OF_CRAFTS)]
    words += [f"spare{number}" for number in range(len(words), 1100)]
    inputs = ["input_ids", "token_type_ids", "attention_mask"]
    _write_tokenizer(folder, words, 1 if kind == "bert" else 0, model_input_names=inputs)
    torch.manual_seed(seed)
    shape = {
        **_NARROW,
        "vocab_size": len(words),
        "max_position_embeddings": 300,
        "initializer_range": 0.5,  # wide enough for scores that differ
        "num_labels": 1,
        "pad_token_id": 1,
    }
    if kind == "bert":
        BertForSequenceClassification(BertConfig(**shape)).save_pretrained(folder)
    else:
        config = XLMRobertaConfig(**shape, type_vocab_size=1)
        XLMRobertaForSequenceClassification(config).save_pretrained(folder)
    return folder


def _write_tokenizer(folder: Path, words: Sequence[str], second: int, **settings: Any) -> None:
    """`second`: the token type of a pair's second text."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary = {word: number for number, word in enumerate(words)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair=f"[CLS] $A [SEP] $B:{second} [SEP]:{second}",
        special_tokens=[(mark, vocabulary[mark]) for mark in ("[CLS]", "[SEP]")],
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        **settings,
    ).save_pretrained(folder)
