"""Word similarity: against SciPy, the scorer beside the checkout, and gensim where it is installed."""

import json
import math

import numpy as np
import pytest
from scipy import stats

import fastvec as fv
from fastvec.cli import main
from fastvec.evaluation.resampling import SEEDS, bootstrap, comparison, randomisation
from fastvec.evaluation.similarity import evaluate_similarity, read_judgements

WORDS = [f"w{i}" for i in range(60)]


@pytest.fixture(scope="module")
def vectors():
    return fv.WordVectors(WORDS, np.random.default_rng(3).normal(size=(60, 12)))


@pytest.fixture(scope="module")
def pairs(vectors):
    draw = np.random.default_rng(5)
    chosen = [draw.choice(60, 2, replace=False) for _ in range(300)]
    noisy = [vectors.similarity(int(a), int(b)) + draw.normal() / 3 for a, b in chosen]
    return [(WORDS[a], WORDS[b], round(value, 1)) for (a, b), value in zip(chosen, noisy, strict=True)]


def test_against_scipy(vectors, pairs):
    score = evaluate_similarity(vectors, pairs)
    gold, cosines = [p[2] for p in pairs], [vectors.similarity(*p[:2]) for p in pairs]
    assert score.cosines == pytest.approx(cosines, abs=1e-6)
    assert score.spearman == pytest.approx(stats.spearmanr(gold, cosines).statistic, abs=1e-6)
    assert score.pearson == pytest.approx(stats.pearsonr(gold, cosines).statistic, abs=1e-6)
    assert (score.n, score.coverage) == (300, 1)


def test_out_of_vocabulary_words(vectors, pairs):
    more = [*pairs, ("W1", "w2", 0.5), ("w1", "nowhere", 0.9)]
    assert evaluate_similarity(vectors, more).n == 301
    assert evaluate_similarity(vectors, more, ignore_case=False).n == 300
    zero = evaluate_similarity(vectors, more, oov="zero")
    assert (zero.n, zero.cosines[-1]) == (302, 0)
    some = evaluate_similarity(vectors, pairs, restrict_vocab=30)
    assert some.n == sum(int(a[1:]) < 30 and int(b[1:]) < 30 for a, b, _ in pairs)
    none = evaluate_similarity(vectors, [("x", "y", 1.0)])
    assert math.isnan(none.spearman)
    assert math.isnan(none.interval().low)


def test_words_composed_of_ngrams():
    corpus = fv.Corpus.from_text(["walking and talking", "walked and talked"] * 30, min_count=1)
    vectors = fv.SkipGram(vector_size=8, sample=0, subwords=fv.Subwords(buckets=1000)).train(corpus, threads=1)
    pairs = [("walking", "walkings", 5), ("talked", "walked", 3), ("walking", "ξ", 1)]
    score = evaluate_similarity(vectors, pairs, oov="subwords")
    assert score.cosines[0] == pytest.approx(vectors.similarity("walking", "walkings"), abs=1e-6)
    assert score.covered.tolist() == [True, True, False]
    with pytest.raises(fv.SettingError, match="oov: expected 'skip' or 'zero'"):
        evaluate_similarity(fv.WordVectors(["a"], [[1]]), pairs, oov="subwords")


@pytest.mark.parametrize(
    "text",
    [
        "cup\tmug\t9.5\ncar\ttea\t1\n",
        "Word 1,Word 2,Human (mean)\ncup,mug,9.5\ncar,tea,1\n",
        "word1\tword2\tPOS\tSimLex999\tconc(w1)\ncup\tmug\tN\t9.5\t1\ncar\ttea\tN\t1\t1\n",
        "cup mug 9.5\n\ncar tea 1\n",
        "# a comment\ncup;mug;9.5\r\ncar;tea;1\r\n",
    ],
)
def test_files_as_they_are(tmp_path, text):
    path = tmp_path / "pairs.txt"
    path.write_bytes(text.encode())
    assert read_judgements(path) == [("cup", "mug", 9.5), ("car", "tea", 1.0)]


def test_bad_files_and_settings(vectors, tmp_path):
    path = tmp_path / "pairs.txt"
    path.write_text("a b 1\nc d\n")
    with pytest.raises(fv.FormatError, match="line 2: expected two words and a number, got 'c d'"):
        evaluate_similarity(vectors, path)
    for wrong in (("a", "b"), ("a", "b", "c"), "abc", ("a", 1, 2), ("a", "b", math.nan)):
        with pytest.raises(fv.SettingError, match=r"pairs\[0\]: expected two words and a number"):
            evaluate_similarity(vectors, [wrong])
    with pytest.raises(fv.SettingError, match="oov"):
        evaluate_similarity(vectors, [], oov="wrong")


def test_intervals_hold_what_they_say():
    """In about 95 of 100 samples of a known correlation the interval holds it."""
    draw, true, inside = np.random.default_rng(2), 0.6, 0
    for _ in range(100):
        x, y = draw.multivariate_normal([0, 0], [[1, true], [true, 1]], 120).T
        low, high = bootstrap(lambda items, x=x, y=y: np.corrcoef(x[items], y[items])[0, 1], 120, resamples=200)
        inside += low <= true <= high
    assert 86 <= inside <= 100


def test_the_p_value_is_uniform_where_nothing_differs():
    """Two systems as good as each other: p is below 0.2 in about a fifth of the samples."""
    draw, below = np.random.default_rng(4), 0
    for _ in range(200):
        gain = draw.normal(size=40)
        below += randomisation(lambda swap, g=gain: np.where(swap, -g, g).mean(), 40, resamples=100) < 0.2
    assert 22 <= below <= 60


def grouped(draw, n_groups=40, size=10):
    """Values of which those of a group are nearly the same, and their groups."""
    groups = np.repeat(np.arange(n_groups) * 3, size)
    return np.repeat(draw.normal(size=n_groups), size) + 0.3 * draw.normal(size=n_groups * size), groups


def test_a_comparison_allows_for_what_seeds_change_in_all_words_at_once():
    gain = np.random.default_rng(3).normal(0.3, 1, 60)

    def swapped(swap):
        return float(np.where(swap, -gain, gain).mean())

    plain, widened = (randomisation(swapped, 60, widened=by, resamples=999) for by in (1, SEEDS))
    assert plain < widened < 2 * plain
    assert comparison(lambda i: gain[i].mean(), swapped, 60, resamples=999).p_value == widened


def test_what_goes_together_is_drawn_and_swapped_together():
    """Values that repeat one another say less: on their own they alarm falsely and have intervals too short."""
    draw, alarms, inside = np.random.default_rng(6), np.zeros(2), np.zeros(2)
    for _ in range(100):
        gain, groups = grouped(draw)
        for k, given in enumerate((None, groups)):
            p = randomisation(
                lambda swap, g=gain: np.where(swap, -g, g).mean(), len(gain), groups=given, resamples=100
            )
            low, high = bootstrap(lambda items, g=gain: g[items].mean(), len(gain), groups=given, resamples=100)
            alarms[k] += p <= 0.05
            inside[k] += low <= 0 <= high
    assert alarms[0] > 30
    assert alarms[1] < 14
    assert inside[0] < 70
    assert inside[1] > 84


def test_the_pairs_of_a_word_are_a_group(vectors):
    pairs = [("w1", "w2", 1), ("W1", "w3", 2), ("w3", "w4", 3), ("w5", "w6", 4), ("w3", "w1", 5)]
    assert evaluate_similarity(vectors, pairs).groups.tolist() == [0, 0, 2, 4, 2]
    assert evaluate_similarity(vectors, pairs, ignore_case=False).groups.tolist() == [0, 3, 3, 5, 3]


def test_comparison(vectors, pairs):
    good = evaluate_similarity(vectors, pairs)
    noise = np.random.default_rng(1).normal(size=(60, 12)).astype("f4")
    bad = evaluate_similarity(fv.WordVectors(WORDS, vectors.vectors + 2 * noise), pairs)
    found = bad.compare(good)
    assert found.difference == pytest.approx(good.spearman - bad.spearman)
    assert found.interval.low > 0
    assert (found.p_value < 0.01, found.n) == (True, 300)
    assert good.compare(good).p_value == 1
    with pytest.raises(fv.SettingError, match="other: expected a score of the same pairs"):
        good.compare(evaluate_similarity(vectors, pairs[:9]))


def test_one_pair_has_no_interval(vectors):
    """Its correlation is NaN in every resample: no warning, and no p-value."""
    score = evaluate_similarity(vectors, [(*WORDS[:2], 1.0)])
    assert np.isnan(score.interval()).all()
    found = score.compare(score)
    assert np.isnan([found.difference, *found.interval, found.p_value]).all()
    assert found.n == 1


def test_files_of_the_same_name_are_told_apart(vectors, tmp_path, capsys):
    paths = [tmp_path / folder / "vectors.txt" for folder in ("first", "second")]
    for path in paths:
        path.parent.mkdir()
        vectors.save(path)
    (tmp_path / "pairs").write_text("".join(f"{WORDS[0]} {word} {i}\n" for i, word in enumerate(WORDS[1:])))
    arguments = ["evaluate", *map(str, paths), "--on", str(tmp_path / "pairs"), "--resamples", "20"]
    assert main([*arguments, "--json"]) == 0
    assert [row["vectors"] for row in json.loads(capsys.readouterr().out)] == [str(path) for path in paths]
    assert main(arguments) == 0
    assert "difference" in capsys.readouterr().out.splitlines()[0]


def test_beside_gensim(vectors, pairs, tmp_path):
    models = pytest.importorskip("gensim.models")
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"{a}\t{b}\t{value}\n" for a, b, value in pairs))
    theirs = models.KeyedVectors(12)
    theirs.add_vectors(WORDS, vectors.vectors)
    pearson, spearman, unknown = theirs.evaluate_word_pairs(str(path))
    score = evaluate_similarity(vectors, path, restrict_vocab=300_000)
    assert score.pearson == pytest.approx(pearson[0], abs=1e-4)
    assert score.spearman == pytest.approx(spearman[0], abs=1e-4)
    assert 100 * (1 - score.coverage) == pytest.approx(unknown)


def test_command(vectors, pairs, tmp_path, capsys):
    first, second, test = tmp_path / "a.safetensors", tmp_path / "b.safetensors", tmp_path / "pairs.tsv"
    vectors.save(first)
    fv.WordVectors(WORDS, np.random.default_rng(9).normal(size=(60, 12))).save(second)
    test.write_text("".join(f"{a}\t{b}\t{value}\n" for a, b, value in pairs))
    questions = tmp_path / "questions.txt"
    questions.write_text(": family\nw1 w2 w3 w4\nw1 w2 w3 w5\n")
    arguments = ["evaluate", str(first), str(second), "--on", str(test), str(questions), "--resamples", "100"]
    assert main([*arguments, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["test"], row["vectors"]) for row in rows] == [
        (name, file.name) for name in ("pairs", "questions") for file in (first, second)
    ]
    assert rows[0]["score"] == pytest.approx(evaluate_similarity(vectors, pairs).spearman)
    assert rows[0]["comparison"] is None
    assert rows[1]["comparison"]["difference"] < 0
    assert main([*arguments, "--sections"]) == 0
    printed = capsys.readouterr().out
    assert "a.safetensors" in printed
    assert "  family" in printed
    pytest.importorskip("matplotlib")
    assert main([*arguments, "--plot", str(tmp_path / "scores.svg")]) == 0
    assert "b.safetensors" in (tmp_path / "scores.svg").read_text()


def test_a_plot_that_cannot_be_written_is_refused_first(vectors, tmp_path, capsys):
    first = tmp_path / "a.safetensors"
    vectors.save(first)
    (tmp_path / "pairs").write_text("w1 w2 5\nw3 w4 1\n")
    arguments = ["evaluate", str(first), "--on", str(tmp_path / "pairs"), "--plot"]
    assert main([*arguments, str(tmp_path / "scores.xyz")]) == 2
    assert main([*arguments, str(tmp_path / "none" / "scores.svg")]) == 74
    assert capsys.readouterr().out == ""


def test_scores_show_what_they_say(vectors, pairs):
    assert repr(evaluate_similarity(vectors, pairs)).startswith("<SimilarityScore: Spearman 0.")
    score = fv.evaluate_analogies(vectors, [("w1", "w2", "w3", "w4"), ("w1", "w2", "w3", "x")])
    assert (
        repr(score) == f"<AnalogyScore: {score.accuracy:.3f}, {int(score.correct[0])} of 1 right, coverage 0.50>"
    )
    with pytest.raises(fv.SettingError, match="other: expected a score of the same questions"):
        score.compare(evaluate_similarity(vectors, pairs))
    with pytest.raises(fv.SettingError, match="level: expected a finite number from 0 to 1, got 2"):
        score.interval(level=2)
