"""Cross-encoders with random weights, small enough for tests, over a vocabulary of a few words."""

from __future__ import annotations

from pathlib import Path

WORDS = (
    *("falconer", "glassblower", "trains", "owls", "hawks", "melts", "furnace", "quartz"),
    *("flasks", "years", "of", "and", "for", "the", "with"),
)
CHARACTERS = "驯鹰师玻璃吹制训练猎炉火年经验负责"


def make_tiny(folder: Path, kind: str = "bert", seed: int = 5) -> Path:
    """A whole model in a folder, as training leaves it; `kind`: bert or xlm-roberta."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        PreTrainedTokenizerFast,
        XLMRobertaConfig,
        XLMRobertaForSequenceClassification,
    )

    entries = ["[CLS]", "[PAD]", "[UNK]", "[SEP]", *WORDS, *CHARACTERS]
    vocabulary = {entry: number for number, entry in enumerate(entries)}
    vocabulary |= {f"spare{number}": number for number in range(len(entries), 1100)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    second = 1 if kind == "bert" else 0
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair=f"[CLS] $A [SEP] $B:{second} [SEP]:{second}",
        special_tokens=[("[CLS]", 0), ("[SEP]", 3)],
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    ).save_pretrained(folder)
    torch.manual_seed(seed)
    shape = {
        "vocab_size": len(vocabulary),
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
        "max_position_embeddings": 300,
        "initializer_range": 0.5,  # wide enough for scores that differ
        "num_labels": 1,
        "pad_token_id": 1,
    }
    if kind == "bert":
        network = BertForSequenceClassification(BertConfig(**shape))
    else:
        config = XLMRobertaConfig(**shape, type_vocab_size=1)
        network = XLMRobertaForSequenceClassification(config)
    network.save_pretrained(folder)
    return folder
