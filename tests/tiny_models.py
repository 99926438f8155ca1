"""A BERT of two narrow layers and a tokenizer of some dozen words: real, trained in seconds."""

from __future__ import annotations

from pathlib import Path

WORDS = [
    "nurse",
    "ward",
    "patients",
    "surgeon",
    "driver",
    "truck",
    "lorry",
    "night",
    "shift",
    "baker",
    "bread",
    "oven",
    "years",
    "of",
    "in",
    "and",
    "for",
    "a",
    "the",
    "worked",
    "with",
    "demand",
    "must",
    "?",
    ",",
    ":",
    "·",
    "护士",
    "病房",
    "司机",
    "货车",
    "年",
]


def write_tiny_bert(folder: Path, seed: int = 1) -> Path:
    """The folder, with weights drawn from `seed`; characters that are no word are [UNK]."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.normalizers import BertNormalizer
    from tokenizers.pre_tokenizers import BertPreTokenizer
    from tokenizers.processors import TemplateProcessing
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = [chr(code) for code in range(97, 123)]
    words = [*marks, *WORDS, *letters, *(f"##{letter}" for letter in letters), *"0123456789"]
    vocabulary = {word: number for number, word in enumerate(dict.fromkeys(words))}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer()
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
    )
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
    )
    BertModel(config).save_pretrained(str(folder))
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=128,
    ).save_pretrained(str(folder))
    return folder
