"""What the page answers in a browser is what Python answers."""

from __future__ import annotations

import pytest

import fastvec as fv


def agree(shown, expected):
    assert [word for word, _ in shown] == [word for word, _ in expected]
    assert [cosine for _, cosine in shown] == pytest.approx([cosine for _, cosine in expected], abs=6e-4)


@pytest.mark.parametrize("word", ["paris", "king", "cat"])
def test_nearest_words(opened, city, kingdom, listed, half, word):
    page = opened(city, f"#word={word}")
    agree(listed(page, "word"), half(kingdom).most_similar(word, topn=10))
    exact = dict(kingdom.most_similar(word, topn=len(kingdom)))
    for near, cosine in listed(page, "word"):
        assert cosine == pytest.approx(exact[near], abs=1e-3)  # three digits
    first = ", ".join(f"{near} {cosine:.3f}" for near, cosine in listed(page, "word")[:5])
    assert page.inner_text("#announcer") == f"Nearest to {word}: {first}".replace("-", "\u2212")


def test_more_nearest_words(opened, city, kingdom, listed, half):
    page = opened(city, "#word=paris")
    page.select_option("#count", "25")
    agree(listed(page, "word"), half(kingdom).most_similar("paris", topn=25))


def test_search_completes_words(opened, city, kingdom, listed, half):
    page = opened(city)
    page.fill("#search", "")
    page.type("#search", "QU")
    assert page.get_attribute("#search", "aria-expanded") == "true"
    options = page.eval_on_selector_all("#search-list [role=option]", "all => all.map(each => each.textContent)")
    assert "queen" in options
    assert all("qu" in option for option in options)
    for _ in range(options.index("queen") + 1):
        page.press("#search", "ArrowDown")
    active = page.get_attribute("#search", "aria-activedescendant")
    assert page.inner_text(f"#{active}") == "queen"
    page.press("#search", "Enter")
    assert page.inner_text("#panel-word h2") == "queen"
    assert page.evaluate("location.hash") == "#word=queen"
    agree(listed(page, "word"), half(kingdom).most_similar("queen", topn=10))
    assert page.get_attribute("#search", "aria-expanded") == "false"


def test_a_word_that_is_not_there(opened, city):
    page = opened(city)
    page.fill("#search", "que")
    page.press("#search", "Escape")
    page.press("#search", "Enter")
    notice = page.inner_text("#panel-word .notice")
    assert "que\u201d is not here: the page has all 111 words." in notice
    assert "There are queen" in notice


ANALOGIES = [("king", "man", "woman"), ("paris", "france", "italy"), ("cat", "dog", "king")]


@pytest.mark.parametrize("words", ANALOGIES)
def test_analogies(opened, city, kingdom, listed, half, words):
    a, b, c = words
    page = opened(city, f"#analogy={a}-{b}+{c}")
    agree(listed(page, "analogy"), half(kingdom).most_similar([a, c], [b], topn=10))
    answer = kingdom.analogy(b, a, c)[0]
    assert page.inner_text("#answer strong") == answer[0]
    assert float(page.inner_text("#answer .cosine")) == pytest.approx(answer[1], abs=1e-3)


def test_analogies_typed(opened, city, kingdom):
    page = opened(city, "#tab=analogy")
    for field, word in zip("abc", ("king", "man", "woman"), strict=True):
        page.fill(f"#analogy-{field}", word)
    page.click("#panel-analogy button[type=submit]")
    assert page.inner_text("#answer strong") == kingdom.analogy("man", "king", "woman")[0][0]
    assert page.evaluate("location.hash") == "#analogy=king-man+woman"
    page.fill("#analogy-b", "nobody")
    page.click("#panel-analogy button[type=submit]")
    assert "nobody\u201d is not here" in page.inner_text("#panel-analogy .notice")


def royal(queen, tmp_path):
    """A space in which king − man + woman is near another word, unless queen is there."""
    rows = [[1, 1, 0, 0.1], [1, 0, 0, 0], [0, 0, 1, 0], queen, [0, 1, 0.9, 0]]
    vectors = fv.WordVectors(["king", "man", "woman", "queen", "duchess"], rows, counts=[5, 4, 3, 2, 1])
    vectors.explore(tmp_path / "royal.html")
    return vectors


def test_an_answer_of_the_textbook(opened, tmp_path):
    royal([0, 1, 1, 0.1], tmp_path)
    page = opened(tmp_path / "royal.html", "#analogy=king-man+woman")
    assert "This is the textbook" in page.inner_text(".verdict")


def test_an_answer_that_is_not_the_textbooks(opened, tmp_path):
    vectors = royal([0, 0, -1, 1], tmp_path)
    page = opened(tmp_path / "royal.html", "#analogy=king-man+woman")
    assert page.inner_text("#answer strong") == "duchess"
    (cosine,) = (value for word, value in vectors.analogy("man", "king", "woman", 2) if word == "queen")
    shown = f"{cosine:.3f}".replace("-", "\u2212")
    assert f"the textbook\u2019s answer is queen: here it is number 2, with cosine {shown}" in (
        page.inner_text(".verdict").lower()
    )


def test_the_rule_of_the_three_words_is_told(opened, city, kingdom):
    page = opened(city, "#analogy=king-man+woman")
    direction = sum(sign * kingdom.normalized()[word] for word, sign in (("king", 1), ("man", -1), ("woman", 1)))
    ((nearest, cosine),) = kingdom.similar_by_vector(direction, topn=1)
    rule = page.inner_text("#rule")
    assert f"{nearest} ({cosine:.3f}).".replace("-", "\u2212") in rule
    assert ("makes no difference" in rule) == (nearest not in ("king", "man", "woman"))


def test_examples_without_their_words_are_shown_as_missing(opened, city, kingdom):
    page = opened(city, "#tab=analogy")
    chips = page.query_selector_all("#panel-analogy .chips li")
    assert len(chips) == 4
    for chip in chips:
        words = [part for part in chip.query_selector("button").inner_text().split() if part not in "\u2212+"]
        lacking = [word for word in words if word not in kingdom]
        assert chip.query_selector("button").is_disabled() == bool(lacking)
        assert ("missing here: " + ", ".join(lacking) in chip.inner_text()) == bool(lacking)
    assert any(chip.query_selector("button").is_disabled() for chip in chips)
    assert any(chip.query_selector("button").is_enabled() for chip in chips)


@pytest.mark.parametrize("cbow", [False, True])
@pytest.mark.parametrize("window", [1, 3, 15])
def test_training_pairs(opened, city, window, cbow):
    sentence = "the king  loves the old queen"
    model = "cbow" if cbow else "skipgram"
    page = opened(city, f"#tab=pairs&text={sentence.replace(' ', '%20')}&window={window}&centre=1&model={model}")
    rows = page.eval_on_selector_all(
        "#panel-pairs tbody tr", "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    if cbow:
        shown = [(tuple(context.split(" ")), centre) for context, centre in rows]
    else:
        shown = [(centre, context) for centre, context, *_ in rows]
    assert shown == fv.training_pairs(sentence, window, cbow=cbow)


def test_a_click_on_a_pair_lights_up_its_window(opened, city):
    page = opened(city, "#tab=pairs")
    page.fill("#sentence", "the king loves the queen nobody")
    page.evaluate("document.getElementById('window').value = 1")
    page.dispatch_event("#window", "input")
    marked = "items => items.map(item => item.className)"
    row = page.query_selector("#panel-pairs tbody tr:has(td:nth-child(2):has-text('queen'))")
    row.click()
    classes = page.eval_on_selector_all("#panel-pairs .tokens button", marked)
    assert [name.split()[0] for name in classes] == ["rest", "rest", "context", "centre", "context", "rest"]
    assert [i for i, name in enumerate(classes) if "pair" in name.split()] == [3, 4]
    assert "unknown" in classes[5]
    page.check("#model-cbow")
    page.click("#panel-pairs tbody tr:first-child button")
    classes = page.eval_on_selector_all("#panel-pairs .tokens button", marked)
    assert [name.split()[0] for name in classes[:3]] == ["centre", "context", "rest"]
    page.press("#centre", "ArrowRight")
    assert page.eval_on_selector("#panel-pairs .tokens .centre", "token => token.textContent") == "king"
    assert page.get_attribute("#centre", "aria-valuetext") == "king"


def test_the_run(opened, city, kingdom):
    page = opened(city, "#tab=run")
    text = page.inner_text("#panel-run")
    cells = page.eval_on_selector_all(
        "#panel-run table:first-of-type tbody td", "cells => cells.map(cell => Number(cell.textContent))"
    )
    assert cells[: len(kingdom.history["epoch_loss"])] == pytest.approx(kingdom.history["epoch_loss"], rel=1e-4)
    for name in ("window", "negative", "learning_rate"):
        assert name in text
    label = page.get_attribute("#panel-run svg", "aria-label")
    assert label.startswith("The loss (nats per prediction) over the tokens trained on: first ")
    assert page.get_attribute("#panel-run svg .curve", "d").count("L") == len(kingdom.history["loss"][:400]) - 1


def test_the_run_of_a_factorisation(opened, tmp_path):
    corpus = fv.Corpus.from_text(fv.datasets.kingdom(), min_count=1)
    vectors = fv.GloVe(vector_size=4, epochs=5).train(corpus)
    vectors.explore(tmp_path / "glove.html")
    page = opened(tmp_path / "glove.html", "#tab=run")
    cells = page.eval_on_selector_all(
        "#panel-run table:first-of-type tbody td", "cells => cells.map(cell => Number(cell.textContent))"
    )
    assert cells[:5] == pytest.approx(vectors.history["cost"], rel=1e-4)
    assert page.inner_text("#panel-run thead tr").split("\t") == [
        "epoch",
        "cost of a pair (half its squared error)",
    ]
    texts = page.eval_on_selector_all("#panel-run svg text", "all => all.map(each => each.textContent)")
    assert texts[-2:] == ["epoch", "cost of a pair (half its squared error)"]
    assert {"1", "2", "3", "4", "5"} <= set(texts)
    assert page.locator("#panel-run svg .dot").count() == 5


def test_vectors_without_a_run(opened, tmp_path):
    fv.WordVectors(["a", "b"], [[1, 0], [0, 1]]).explore(tmp_path / "bare.html")
    page = opened(tmp_path / "bare.html", "#tab=run")
    assert "The file has no losses" in page.inner_text("#panel-run")
    assert "does not say with which settings" in page.inner_text("#panel-run")


@pytest.mark.parametrize(("counts", "which"), [([3, 2, 1], "most frequent"), (None, "first")])
def test_which_words_the_page_has(opened, tmp_path, counts, which):
    vectors = fv.WordVectors(["a", "b", "c"], [[1, 0], [0, 1], [1, 1]], counts=counts)
    vectors.explore(tmp_path / "some.html", n_words=2)
    page = opened(tmp_path / "some.html", "#word=c")
    some = f"the 2 {which} of 3 words"
    assert page.inner_text("#summary") == f"{some}, 2 dimensions; the map by PCA"
    assert page.inner_text("#panel-word .notice") == f"\u201cc\u201d is not here: the page has {some}."
    page.click("#tab-run")
    assert f"The page has {some} in 2 dimensions" in page.inner_text("#panel-run")


def test_two_files(opened, two_cities, kingdom, other, half):
    page = opened(two_cities, "#compare=queen")
    lists = [
        [item.get_attribute("data-word") for item in column.query_selector_all(".words li")]
        for column in page.query_selector_all("#panel-compare .columns > div")
    ]
    expected = [[word for word, _ in half(each).most_similar("queen", topn=10)] for each in (kingdom, other)]
    assert lists == expected
    shared = set(lists[0]) & set(lists[1])
    assert page.inner_text("#shared").startswith(f"{len(shared)} of 10 are the same")
    marked = page.eval_on_selector_all(
        "#panel-compare .columns > div:first-child li:has(.both)", "items => items.map(item => item.dataset.word)"
    )
    assert set(marked) == shared
    only = next(word for word in kingdom if word not in other)
    page.fill("#compare-word", only)
    page.press("#compare-word", "Escape")
    page.press("#compare-word", "Enter")
    assert "is not here: the page has all" in page.inner_text("#panel-compare .columns > div:last-child")


def test_one_file_has_nothing_to_compare(opened, city):
    page = opened(city, "#compare=queen")
    assert page.is_hidden("#tab-compare")
    assert page.get_attribute("#tab-word", "aria-selected") == "true"
