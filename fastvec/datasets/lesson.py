"""The kingdom: sixty sentences for teaching, few enough to look at every count."""

from __future__ import annotations

SENTENCES = """
the king sits on the royal throne
the queen sits on the royal throne
the wise king rules his kingdom
the wise queen rules her kingdom
the king rules the land
the queen rules the land
the old king loves his people
the old queen loves her people
the king rules from the royal palace
the queen rules from the royal palace
the young prince will be king
the young princess will be queen
the king has a crown and a palace
the queen has a crown and a palace
long live the king of the land
long live the queen of the land
a man reads a good book at home
a woman reads a good book at home
the old man walks to the market
the old woman walks to the market
a man was once a boy
a woman was once a girl
the boy goes to school with his brother
the girl goes to school with her sister
the man gives his son a book
the woman gives her daughter a book
the man works on the farm
the woman works on the farm
every boy will grow to be a man
every girl will grow to be a woman
my cat runs and plays in the green garden
my dog runs and plays in the green garden
the cat chases a small mouse
the dog chases a small bird
my black cat drinks cold milk
my black dog drinks cold water
every cat sleeps by the warm fire
every dog sleeps by the warm fire
my cat is my best friend
my dog is my best friend
the man drives a fast red car
the woman drives a fast red car
a man cooks dinner at home
a woman cooks dinner at home
the prince is the son of the king
the princess is the daughter of the queen
we travel to paris in france by train
we travel to rome in italy by train
we travel to berlin in germany by train
we travel to madrid in spain by train
they speak french in paris
they speak italian in rome
they speak german in berlin
they speak spanish in madrid
paris is the capital of france
rome is the capital of italy
berlin is the capital of germany
madrid is the capital of spain
the king and the queen dance together all night
the man and the woman drink hot tea
"""


def kingdom() -> list[str]:
    """Return sixty lower-case sentences of 111 words: kings and queens, cats and dogs, four capitals.

    Most sentences come in pairs (*king* and *queen*) with the same context, so counts alone show related words.

    Returns
    -------
    list of str

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(fv.datasets.kingdom(), min_count=1)
    >>> corpus
    <Corpus: 407 tokens in 60 sentences, vocabulary of 111; 0 tokens dropped>
    >>> fv.count_cooccurrences(corpus, window=3, weighting="flat").top_pairs(4)
    [('the', 'the', 20.0), ('the', 'king', 14.0), ('the', 'queen', 13.0), ('the', 'of', 12.0)]
    """
    return SENTENCES.strip().splitlines()
