"""Folders in the layout of Hugging Face: what is in them, and how sentence-transformers and model2vec use it."""

import json
import warnings

import numpy as np
import pytest

import fastvec as fv
from fastvec import FormatError, SettingError, StorageError, WordVectors
from fastvec.cli import codes, main
from fastvec.io.container import map_tensors, save_tensors

WORDS = ["the", "king", "queen", "café", "東京", "x9"]
ROWS = np.random.default_rng(0).standard_normal((6, 4)).astype(np.float32)
FILES = [
    "README.md", "config_sentence_transformers.json", "model.safetensors", "modules.json", "tokenizer.json",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "model"
    settings = {"model": "SkipGram", "window": 5, "subwords": None}
    WordVectors(WORDS, ROWS, counts=[9, 8, 7, 3, 2, 1], settings=settings).save_pretrained(made)
    return made


def tokenizer_of(folder):
    return json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))


def test_what_is_saved_is_loaded(folder):
    assert sorted(file.name for file in folder.iterdir()) == FILES
    for loaded in (WordVectors.from_pretrained(folder), WordVectors.load(str(folder))):
        assert loaded.index_to_key == WORDS
        assert np.array_equal(loaded.vectors, ROWS)
        assert loaded.counts.tolist() == [9, 8, 7, 3, 2, 1]
        assert loaded.settings == {"model": "SkipGram", "window": 5, "subwords": None}
    base = loaded.vectors
    while isinstance(base, np.ndarray) and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)
    loaded.save_pretrained(folder)  # over the files it is mapped from
    assert np.array_equal(WordVectors.from_pretrained(folder).vectors, ROWS)


def test_the_last_row_is_that_of_unknown_words(folder):
    weight = map_tensors(folder / "model.safetensors")[0]["embedding.weight"]
    assert np.array_equal(weight, np.vstack([ROWS, np.zeros(4)]))
    model = tokenizer_of(folder)["model"]
    assert model["vocab"] == {word: i for i, word in enumerate([*WORDS, "[UNK]"])}
    assert model["unk_token"] == "[UNK]"


def test_a_word_that_is_called_unknown(tmp_path):
    words = ["[UNK]", "<unk>", "[UNKNOWN]", "[UNK0]", "a"]
    WordVectors(words, ROWS[:5]).save_pretrained(tmp_path / "m")
    assert tokenizer_of(tmp_path / "m")["model"]["unk_token"] == "[UNK1]"
    assert WordVectors.from_pretrained(tmp_path / "m").index_to_key == words


@pytest.mark.parametrize(
    ("words", "given", "split", "lower"),
    [
        (["new", "york"], {}, "words", True),
        (["New", "york"], {}, "words", False),
        (["new", "."], {}, "whitespace", True),
        (["new_york"], {}, "whitespace", True),
        (["New", "."], {"lowercase": True, "tokens": "words"}, "words", True),
        (["new", "york"], {"lowercase": False, "tokens": "whitespace"}, "whitespace", False),
    ],
)
def test_texts_are_split_as_the_words_suggest(tmp_path, words, given, split, lower):
    WordVectors(words, ROWS[: len(words)]).save_pretrained(tmp_path / "m", **given)
    tokenizer = tokenizer_of(tmp_path / "m")
    assert (tokenizer["normalizer"] is not None) == lower
    assert tokenizer["pre_tokenizer"]["pattern"]["Regex"].startswith("[^" if split == "words" else "[ ")


TEXTS = [
    "The king, the QUEEN!", "café\u00a0東京 (x9)", "cafe\u0301 x9\ufe0f x\u200b9", "king's men: 9 x9x", "", "zzz",
    "the\tking\nqueen",
    "İSTANBUL ΟΔΟΣ ß Ǆ", "👍🏽 the", "a_b the-king", "١٢ the",
]  # fmt: skip


@pytest.mark.parametrize("tokens", ["words", "whitespace"])
@pytest.mark.parametrize("lowercase", [True, False])
def test_tokens_are_those_of_a_corpus(tmp_path, tokens, lowercase):
    tokenizers = pytest.importorskip("tokenizers")
    lines = [text.replace("\n", " ") for text in TEXTS]
    words = fv.Corpus.from_text(lines, tokens=tokens, lowercase=lowercase, min_count=1).vocabulary.words
    rows = np.eye(len(words), dtype=np.float32)
    WordVectors(words, rows).save_pretrained(tmp_path / "m", tokens=tokens, lowercase=lowercase)
    tokenizer = tokenizers.Tokenizer.from_file(str(tmp_path / "m" / "tokenizer.json"))
    for text in lines:
        if "ΟΔΟΣ" in text and lowercase:  # the last sigma of a word is lowercased by its place in Python alone
            text = text.replace("Σ", "")
        corpus = (
            fv.Corpus.from_text([text], tokens=tokens, lowercase=lowercase, vocabulary=fv.Vocabulary(words))
            if text.strip()
            else []
        )
        assert [t for t in tokenizer.encode(text).tokens if t != "[UNK]"] == [t for line in corpus for t in line]


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_sentence_transformers_encode_the_mean(tmp_path, monkeypatch, dtype):
    library = pytest.importorskip("sentence_transformers")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    vectors = WordVectors(WORDS, ROWS)
    vectors.save_pretrained(tmp_path / "m", dtype=dtype)
    model = library.SentenceTransformer(str(tmp_path / "m"), device="cpu")
    found = model.encode(["The king, the QUEEN!", "the king of zzz", "zzz", ""])
    tolerance = 1e-6 if dtype == "float32" else 2e-3
    assert found[0] == pytest.approx(ROWS[[0, 1, 0, 2]].mean(axis=0), abs=tolerance)
    assert found[1] == pytest.approx((ROWS[0] + ROWS[1]) / 4, abs=tolerance)  # two of four are zeros
    assert not found[2:].any()
    model.save_pretrained(str(tmp_path / "again"))
    again = WordVectors.from_pretrained(tmp_path / "again")
    assert again.index_to_key == WORDS
    assert again.vectors == pytest.approx(ROWS, abs=tolerance)


def test_model2vec_leaves_unknown_words_out(folder, tmp_path):
    library = pytest.importorskip("model2vec")
    model = library.StaticModel.from_pretrained(str(folder))
    found = model.encode(["The king, the QUEEN!", "the king of zzz", "zzz"])
    assert found[0] == pytest.approx(ROWS[[0, 1, 0, 2]].mean(axis=0), abs=1e-6)
    assert found[1] == pytest.approx((ROWS[0] + ROWS[1]) / 2, abs=1e-6)
    assert not found[2].any()
    model.save_pretrained(str(tmp_path / "theirs"))
    theirs = WordVectors.from_pretrained(tmp_path / "theirs")
    assert theirs.index_to_key == WORDS
    assert np.array_equal(theirs.vectors, ROWS)


# --- folders of other programs ---


def made(folder, tokenizer, tensors):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    save_tensors(folder / "model.safetensors", tensors, {})
    return folder


def test_tokens_that_are_parts_of_words(tmp_path):
    tokenizer = {
        "model": {
            "type": "WordPiece",
            "vocab": {"[PAD]": 0, "[UNK]": 1, "##ing": 3, "the": 2},
            "unk_token": "[UNK]",
        },
        "added_tokens": [{"content": "[PAD]", "special": True, "id": 0}],
    }
    made(tmp_path / "m" / "0_StaticEmbedding", tokenizer, {"embedding.weight": ROWS[:4]})
    with pytest.warns(UserWarning, match="of the kind WordPiece: some of these words are parts of words"):
        loaded = WordVectors.from_pretrained(tmp_path / "m")
    assert loaded.index_to_key == ["the", "##ing"]
    assert np.array_equal(loaded.vectors, ROWS[2:4])


def test_shared_and_weighted_rows_of_model2vec(tmp_path):
    tokenizer = {"model": {"type": "Unigram", "vocab": [["<unk>", 0], ["a", -1], ["b", -2]], "unk_id": 0}}
    tensors = {
        "embeddings": ROWS[:2].astype(np.float16),
        "mapping": np.array([0, 1, 1]),
        "weights": np.array([1, 2, 0.5]),
    }
    with pytest.warns(UserWarning, match="Unigram"):
        loaded = WordVectors.from_pretrained(made(tmp_path / "m", tokenizer, tensors))
    half = ROWS[1].astype(np.float16).astype(np.float32)
    assert np.array_equal(loaded.vectors, [2 * half, 0.5 * half])


GOOD = {"model": {"type": "WordLevel", "vocab": {"a": 0, "b": 1}}}


@pytest.mark.parametrize(
    ("tokenizer", "tensors", "message"),
    [
        ([], {}, "is no tokenizer: expected a model"),
        ({"model": {}}, {}, "is no tokenizer: expected a model"),
        ({"model": {"vocab": 5}}, {}, "expected a vocab with ids"),
        ({"model": {"vocab": [1]}}, {}, "expected a vocab of tokens"),
        ({"model": {"vocab": {}}}, {}, "expected a vocab of words and ids"),
        ({"model": {"vocab": {"a": "0"}}}, {}, "expected a vocab of words and ids"),
        ({"model": {"vocab": {"a": -1}}}, {}, "expected a vocab of words and ids"),
        ({"model": {"vocab": {"a": 1, "b": 1}}}, {}, "expected a vocab of distinct ids"),
        (GOOD, {"other": ROWS}, "embedding.weight: expected float"),
        (GOOD, {"embedding.weight": ROWS[0]}, "embedding.weight: expected float"),
        (GOOD, {"embedding.weight": ROWS[:1]}, "vocab: expected ids of the 1 rows of model.safetensors, got 1"),
        (GOOD, {"embeddings": ROWS, "mapping": np.array([0.5])}, "mapping: expected int"),
        (
            GOOD,
            {"embeddings": ROWS, "mapping": np.array([0, 6])},
            "mapping: expected rows from 0 to 5, got 0 to 6",
        ),
        (GOOD, {"embeddings": ROWS, "weights": np.ones(3)}, "weights: expected float"),
    ],
)
def test_what_does_not_fit_together(tmp_path, tokenizer, tensors, message):
    made(tmp_path / "m", tokenizer, tensors or {"embedding.weight": ROWS})
    with pytest.raises(FormatError, match=message):
        WordVectors.from_pretrained(tmp_path / "m")


@pytest.mark.parametrize("name", ["tokenizer.json", "model.safetensors"])
def test_damaged_and_missing_files(folder, name):
    data = (folder / name).read_bytes()
    for length in range(0, len(data) - 1, 5):
        (folder / name).write_bytes(data[:length])
        with pytest.raises(FormatError, match=name):
            WordVectors.from_pretrained(folder)
    (folder / name).write_bytes(b"[" * 200_000)
    with pytest.raises(FormatError):
        WordVectors.from_pretrained(folder)
    (folder / name).unlink()
    with pytest.raises(StorageError, match=name):
        WordVectors.from_pretrained(folder)


def test_settings_that_are_damaged(folder):
    tensors, fields = map_tensors(folder / "model.safetensors")
    for settings in ("{", "[1]"):
        save_tensors(folder / "model.safetensors", tensors, fields | {"settings": settings})
        with pytest.raises(FormatError, match="settings: expected JSON of a dict"):
            WordVectors.from_pretrained(folder)


def test_the_file_of_a_folder_says_so(folder):
    with pytest.raises(
        FormatError, match=r"expected 'fastvec.vectors', got 'fastvec.pretrained'; load its folder, "
    ):
        WordVectors.load(folder / "model.safetensors")


def test_no_folder(tmp_path):
    with pytest.raises(StorageError, match="no such folder; huggingface_hub"):
        WordVectors.from_pretrained(tmp_path / "minishlab" / "potion")
    with pytest.raises(StorageError, match="cannot be made"):
        WordVectors(WORDS, ROWS).save_pretrained(tmp_path / "a" / "b")
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="cannot be made"):
        WordVectors(WORDS, ROWS).save_pretrained(tmp_path / "file")


# --- what is written ---


def test_words_that_are_no_text_are_left_out(tmp_path):
    with pytest.warns(UserWarning, match="1 words that are no UTF-8 were left out") as caught:
        WordVectors(["a", "caf\udce9", "b"], ROWS[:3], counts=[3, 2, 1]).save_pretrained(tmp_path / "m")
    assert caught[0].filename == __file__
    loaded = WordVectors.from_pretrained(tmp_path / "m")
    assert loaded.index_to_key == ["a", "b"]
    assert np.array_equal(loaded.vectors, ROWS[[0, 2]])
    assert loaded.counts.tolist() == [3, 1]
    with pytest.raises(SettingError, match="words: expected words that are text"):
        WordVectors(["\udce9"], [[1]]).save_pretrained(tmp_path / "n")


def test_the_model_card_writes_itself(tmp_path):
    settings = {"model": "SkipGram", "note": "a|b\nc", "subwords": None}
    vectors = WordVectors(["`", "king"], ROWS[:2], counts=[1200, 34], settings=settings)
    vectors.save_pretrained(
        tmp_path / 'my "model"', scores={"WS-353": 62.123, "a|b": 1}, language="en", license="cc-by-sa-4.0"
    )
    text = (tmp_path / 'my "model"' / "README.md").read_text(encoding="utf-8")
    _, front, body = text.split("---\n", 2)
    assert front.startswith('language: "en"\nlicense: "cc-by-sa-4.0"\nlibrary_name: "sentence-transformers"\n')
    assert '# my "model"\n' in body
    assert 'SentenceTransformer("my \\"model\\"")' in body
    assert "2 words, 4 dimensions, float32." in body
    assert "occurred 1,234 times" in body
    assert "| model | SkipGram |\n| note | a\\|b c |\n" in body
    assert "| WS-353 | 62.12 |\n| a\\|b | 1 |\n" in body
    assert "subwords" not in body
    (tmp_path / 'my "model"' / "README.md").write_text("mine")
    vectors.save_pretrained(tmp_path / 'my "model"', card=False)
    assert (tmp_path / 'my "model"' / "README.md").read_text() == "mine"
    WordVectors(["a"], [[1]]).save_pretrained(tmp_path / "bare")
    assert "## Training" not in (tmp_path / "bare" / "README.md").read_text(encoding="utf-8")


def test_the_front_matter_is_yaml(tmp_path):
    yaml = pytest.importorskip("yaml")
    WordVectors(WORDS, ROWS).save_pretrained(tmp_path / "m", language="no", license='mit: "x" # y')
    front = (tmp_path / "m" / "README.md").read_text(encoding="utf-8").split("---\n")[1]
    found = yaml.safe_load(front)
    assert (found["language"], found["license"]) == ("no", 'mit: "x" # y')
    assert "sentence-transformers" in found["tags"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"dtype": "int8"}, "dtype: expected 'float32' or 'float16', as the format is huggingface"),
        ({"tokens": "bpe"}, "tokens: expected 'whitespace' or 'words', got 'bpe'"),
        ({"tokens": str.split}, "tokens: expected"),
        ({"lowercase": 1}, "lowercase: expected True or False"),
        ({"card": "no"}, "card: expected True or False"),
        ({"scores": [1]}, "scores: expected a dict"),
        ({"scores": {"a": "1"}}, "scores: expected names, and numbers"),
        ({"scores": {"a": True}}, "scores: expected names, and numbers"),
        ({"language": 5}, "language: expected text"),
        ({"license": ["mit"]}, "license: expected text"),
    ],
)
def test_arguments_that_cannot_be_used(tmp_path, given, message):
    with pytest.raises(SettingError, match=message):
        WordVectors(WORDS, ROWS).save_pretrained(tmp_path / "m", **given)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SettingError, match="vectors: expected finite numbers"):
        WordVectors(["a"], [[np.nan]]).save_pretrained(tmp_path / "m")


def test_convert_to_a_folder(tmp_path, capsys):
    WordVectors(WORDS, ROWS).save(tmp_path / "v.bin")
    command = [
        "convert",
        str(tmp_path / "v.bin"),
        str(tmp_path / "m"),
        "--format",
        "huggingface",
        "--dtype",
        "float16",
    ]
    assert main(command) == 0
    assert main(command) == 0  # into a folder that is there
    assert main(["convert", str(tmp_path / "m"), str(tmp_path / "w.txt")]) == 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert WordVectors.load(tmp_path / "w.txt").index_to_key == WORDS
    capsys.readouterr()
    assert main(["info", str(tmp_path / "m"), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["words"] == 6
    assert facts["bytes"] == sum(file.stat().st_size for file in (tmp_path / "m").iterdir())
    assert main(["convert", str(tmp_path / "m" / "model.safetensors"), str(tmp_path / "w.txt")]) == codes.DATA
