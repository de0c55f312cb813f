"""The lessons of examples/: that they run, and that they find what they say."""

from __future__ import annotations

import base64
import json
import os
import re
import runpy
import sys
from itertools import count
from pathlib import Path

import numpy as np
import pytest

import fastvec as fv

os.environ.setdefault("MPLBACKEND", "agg")
pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install 'fastvec[plot]'")

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
SCRIPTS = sorted(EXAMPLES.glob("*.py"))
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))
PNG = b"\x89PNG\r\n\x1a\n"
every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture(autouse=True)
def _no_figure_stays():
    yield
    from matplotlib import pyplot

    pyplot.close("all")


@pytest.fixture
def lesson(tmp_path, capsys):
    """Run a script; return what it found, what it printed, and its pictures."""

    folders = (tmp_path / f"pictures{number}" for number in count())

    def run(name, *arguments):
        folder = next(folders)
        found = runpy.run_path(str(EXAMPLES / name))["main"]([*map(str, arguments), "--output", str(folder)])
        printed = capsys.readouterr().out
        pictures = sorted(folder.iterdir())
        assert sorted(re.findall(r"^picture: (.*)$", printed, re.MULTILINE)) == [str(one) for one in pictures]
        for picture in pictures:
            assert picture.read_bytes().startswith(PNG)
            assert picture.stat().st_size > 5_000
        return found, printed, [picture.stem for picture in pictures]

    return run


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    """A part of the demo's text, in which few analogies hold yet."""
    path = tmp_path_factory.mktemp("text") / "text.txt"
    path.write_text("\n".join(fv.datasets.demo_corpus().sentences[:30_000]))
    return path


def cells(path, kind):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def run_cells(path):
    """Run the code of a notebook, without Jupyter; return its names."""
    names: dict[str, object] = {}
    for number, cell in enumerate(cells(path, "code")):
        exec(compile("".join(cell["source"]), f"{path.name}, cell {number + 1}", "exec"), names)
    return names


def test_one_hot_words_are_all_as_far_apart(lesson):
    found, printed, pictures = lesson("one_hot_or_dense.py")
    assert found["largest"] == 0
    assert found["king_queen"] > 0.4
    assert found["differ"] > 0  # cosine and Euclidean neighbours
    assert found["agree"] == 111  # at length 1
    assert "640,000.00 MB and 160.00 MB" in printed
    assert pictures == ["one_hot_or_dense"]


def test_a_map_and_analogies_of_a_text(lesson, text):
    found, printed, pictures = lesson("map_and_analogies.py", text)
    assert found["asked"] == 22
    assert found["right"] > 11
    assert found["last_loss"] < found["first_loss"]
    assert "man : king = woman : queen\n" in printed
    assert pictures == ["analogy", "loss", "map"]


def test_a_map_of_a_text_with_other_words(lesson, tmp_path):
    path = tmp_path / "other.txt"
    path.write_text("der hund bellt laut\ndie katze schläft gern\n" * 50, encoding="utf-8")
    found, printed, pictures = lesson("map_and_analogies.py", path)
    assert found["asked"] == 0
    assert "has the words of no analogy" in printed
    assert pictures == ["loss", "map"]


def test_models_are_compared(lesson, text):
    found, printed, pictures = lesson("compare_models.py", text)
    assert list(found) == ["CBOW", "skip-gram", "GloVe"]
    assert min(found["CBOW"]["right"], found["skip-gram"]["right"]) > found["GloVe"]["right"]
    assert all(one["asked"] == 22 and one["seconds"] > 0 for one in found.values())
    assert printed.count("near king: ") == 3
    assert pictures == ["compare_models"]


def test_models_are_compared_by_questions_and_a_word_of_ones_own(lesson, text, tmp_path):
    path = tmp_path / "questions.txt"
    pairs = [
        ("king", "queen"),
        ("prince", "princess"),
        ("man", "woman"),
        ("duke", "duchess"),
        ("actor", "actress"),
    ]
    pairs += [("boy", "girl"), ("father", "mother"), ("son", "daughter"), ("uncle", "aunt"), ("monk", "nun")]
    pairs += [("wizard", "witch")]
    asked = [f"{a} {b} {c} {d}" for a, b in pairs for c, d in pairs if a != c]
    path.write_text("\n".join([": family", *asked]))
    found, printed, _ = lesson("compare_models.py", text, "--questions", path, "--word", "paris")
    assert {one["asked"] for one in found.values()} == {110}
    assert printed.count("95 % interval") == printed.count("near paris: ") == 3
    _, printed, pictures = lesson("compare_models.py", text, "--word", "zebras")
    assert "The text has no zebras" in printed
    assert pictures == []


def test_dot_products_are_pmi(lesson):
    found, printed, pictures = lesson("dot_products_and_pmi.py")
    assert found["skip-gram"].correlation > 0.96
    assert 0.95 < found["skip-gram"].slope < 1.1
    assert found["GloVe"].correlation > 0.85
    free = found["GloVe, both without biases"]
    assert free.correlation > 0.999
    assert free.slope == pytest.approx(1, abs=0.005)
    assert free.x.std() > 0.1  # something is left to correlate
    assert "f(80) = 0.846" in printed
    assert pictures == ["dots_over_pmi", "losses"]


def test_vectors_in_torch(lesson):
    pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")
    found, printed, _ = lesson("vectors_in_torch.py")
    (seen, new), (_, random) = found["trained"], found["random"]
    assert min(seen, new) > 0.9
    assert random < 0.65
    assert re.search(r"ids of 'the king xyzzy': \[2, \d+, 1\]", printed)


def test_vectors_in_torch_without_torch(lesson, text, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    corpus = fv.Corpus.from_text(text, min_count=5)
    path = tmp_path / "vectors.glove.txt"
    fv.PPMISVD(vector_size=20).train(corpus).save(path, format="glove")
    found, printed, pictures = lesson("vectors_in_torch.py", path)
    assert found == {}
    assert f"{path}: 939 words, 20 dimensions" in printed
    assert "The classifier is left out: to_torch needs PyTorch" in printed
    assert pictures == ["vectors_in_torch"]


def test_the_wall_of_counts(capsys):
    names = run_cells(EXAMPLES / "wall_of_counts.ipynb")
    printed = capsys.readouterr().out
    assert "111 × 111 = 12,321 cells" in printed
    assert "= 3,552 numbers" in printed
    assert "f(80) = 0.846" in printed
    assert names["answer"] == "queen"
    vectors, product, counts = names["vectors"], names["product"], names["counts"]
    assert vectors.most_similar("king", topn=1)[0][0] == "queen"
    assert names["cost"][-1] < names["cost"][0] / 1000
    targets = np.log1p(counts.to_csr().toarray())
    seen = targets > 0
    assert np.abs(product - targets)[seen].max() < 0.1
    words = {names["corpus"].vocabulary.words[i // 111] for i in names["brightest"]}
    assert {"the", "king", "queen"} <= words


def test_skipgram_from_scratch(capsys):
    names = run_cells(EXAMPLES / "skipgram_from_scratch.ipynb")
    assert names["loss_difference"] < 1e-4
    assert names["row_difference"] < 1e-2
    assert names["losses"][-1] < 0.7 * names["losses"][0]
    for word, near in (("king", "queen"), ("cat", "dog"), ("man", "woman")):
        assert names["scratch"].most_similar(word, topn=1)[0][0] == near
        assert names["vectors"].most_similar(word, topn=1)[0][0] == near
    assert "man is to king as woman is to queen" in capsys.readouterr().out


@every_notebook
def test_notebooks_keep_their_outputs(path):
    """Readers on a code host see what was run from top to bottom, with pictures."""
    code = cells(path, "code")
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    kinds = {output["output_type"] for cell in code for output in cell["outputs"]}
    assert kinds == {"stream", "display_data"}
    assert not [o for cell in code for o in cell["outputs"] if o.get("name") == "stderr"]
    data = [output["data"] for cell in code for output in cell["outputs"] if "data" in output]
    assert all(base64.b64decode(one["image/png"]).startswith(PNG) for one in data)
    assert path.stat().st_size < 300_000


@every_notebook
def test_notebooks_run_in_jupyter(path, monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)  # Jupyter's own puts pictures into the notebook
    nbclient = pytest.importorskip(
        "nbclient", reason="nbclient is not installed: pip install 'fastvec[notebooks]'"
    )
    pytest.importorskip("ipykernel", reason="ipykernel is not installed: pip install 'fastvec[notebooks]'")
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(notebook, timeout=300).execute()
    pictures = [o for cell in notebook.cells for o in cell.get("outputs", ()) if "image/png" in o.get("data", {})]
    assert len(pictures) >= 2


def test_every_lesson_is_short_and_has_its_picture_on_the_page():
    page = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    for path in [*SCRIPTS, *NOTEBOOKS]:
        assert f"]({path.name})" in page
        assert f"](figures/{path.stem}.png)" in page
        assert (EXAMPLES / "figures" / f"{path.stem}.png").stat().st_size < 80_000
    for path in SCRIPTS:
        assert len(path.read_text(encoding="utf-8").splitlines()) < 120
    assert len(SCRIPTS) == 5
    assert len(NOTEBOOKS) == 2
