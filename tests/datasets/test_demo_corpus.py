"""The demo corpus: reproducible, about a million words, and its words mean one thing each."""

import hashlib
import re
from collections import Counter

import pytest

from fastvec.datasets import demo_corpus
from fastvec.datasets.grammar import FAMILIES

# how many of a table's columns are forms of its word; the rest go with it in any form
FORMS = {"man": 2, "country": 2, "adult": 2, "base": 4}


def forms_of(family):
    slots = family.slots.split()
    n_forms = 3 if "more" in slots else FORMS[slots[0]]
    return [line.split()[:n_forms] for line in family.table.strip().splitlines()]


@pytest.fixture(scope="module")
def demo():
    return demo_corpus(seed=1)


def test_it_has_about_a_million_words(demo):
    assert 950_000 < sum(map(len, map(str.split, demo.sentences))) < 1_050_000


def test_the_same_seed_makes_the_same_text_on_any_machine(demo):
    assert demo_corpus(seed=1).sentences == demo.sentences
    digest = hashlib.sha256("\n".join(demo.sentences).encode()).hexdigest()
    assert digest == "fdf96f5b80d48925bfb27bd77e87f5ccff97ffc0adfcae94ea0a232d97254064"


def test_another_seed_makes_another_text_of_the_same_grammar(demo):
    other = demo_corpus(seed=2)
    assert other.sentences != demo.sentences
    assert other.questions == demo.questions
    assert set(" ".join(other.sentences).split()) == set(" ".join(demo.sentences).split())


def test_sentences_are_lower_case_words_with_no_slot_left_open(demo):
    assert all(re.fullmatch(r"[a-z]+( [a-z]+)*", sentence) for sentence in demo.sentences)


def test_articles_agree(demo):
    text = " ".join(demo.sentences)
    assert re.findall(r"\ba [aeio]\w*", text) == []


def test_a_form_belongs_to_one_word_and_goes_with_no_other(demo):
    # 'flies' as the frog's food and as a form of 'fly' would blur both
    forms = Counter(form for family in FAMILIES for row in forms_of(family) for form in row)
    assert [form for form, times in forms.items() if times > 1] == []
    company = {
        word
        for family in FAMILIES
        for line, row in zip(family.table.strip().splitlines(), forms_of(family), strict=True)
        for column in line.split()[len(row) :]
        for word in column.split("|")
    }
    frames = {word for family in FAMILIES for word in re.sub(r"\{\w+\}", "", family.frames).split()}
    assert forms.keys() & (company | frames) == set()


def test_every_question_is_a_proportion_in_one_table(demo):
    place = {
        form: (family.slots, row, column)
        for family in FAMILIES
        for row, forms in enumerate(forms_of(family))
        for column, form in enumerate(forms)
    }
    for a, b, c, expected in demo.questions:
        tables, rows, columns = zip(*(place[word] for word in (a, b, c, expected)), strict=True)
        assert len(set(tables)) == 1
        for at in (rows, columns):
            assert at[1] - at[0] == at[3] - at[2]


def test_the_classic_analogies_are_asked(demo):
    assert {
        ("man", "king", "woman", "queen"),
        ("france", "paris", "italy", "rome"),
        ("walk", "walking", "swim", "swimming"),
        ("big", "bigger", "small", "smaller"),
    } <= set(demo.questions)
