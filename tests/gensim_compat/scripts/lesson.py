"""A lesson on word vectors: text, phrases, a model, its questions, its picture's coordinates."""

import numpy as np
from gensim.models import FastText, KeyedVectors, Phrases, Word2Vec
from gensim.models.phrases import Phraser
from gensim.utils import simple_preprocess

LINES = [
    "The king of New York rules the old land.",
    "The queen of New York rules the old land!",
    "A man walks in the green park; a woman walks in the green park.",
    "The king is a man, and the queen is a woman.",
    "In New York the man sees the king, and the woman sees the queen.",
    "A cat and a dog sleep in the old house.",
]


def main(folder):
    texts = [simple_preprocess(line) for line in LINES] * 60
    phraser = Phraser(Phrases(texts, min_count=5, threshold=0.1))
    sentences = [phraser[text] for text in texts]
    model = Word2Vec(
        sentences=sentences, vector_size=20, window=4, min_count=2, sg=1, sample=0, epochs=30, workers=1, seed=3
    )
    wv = model.wv
    answers = [word for word, _ in wv.most_similar(positive=["woman", "king"], negative=["man"], topn=8)]
    odd = wv.doesnt_match(["king", "queen", "park"])
    rows = np.array([wv[word] for word in ("king", "queen", "man", "woman")])
    centred = rows - rows.mean(axis=0)
    picture = centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T
    wv.save(f"{folder}/lesson.kv")
    again = KeyedVectors.load(f"{folder}/lesson.kv", mmap="r")
    fast = FastText(sentences, vector_size=16, min_count=2, bucket=5000, epochs=10, workers=1, sample=0, seed=1)
    return {
        "phrase": "new_york" in wv,
        "queen is near": "queen" in answers,
        "odd": odd in ("king", "queen", "park"),
        "picture": picture.shape,
        "same": bool(np.allclose(again["king"], wv["king"])),
        "words": len(wv),
        "unseen": fast.wv["kings"].shape,
        "kin": fast.wv.similarity("king", "kings") > fast.wv.similarity("cat", "kings"),
        "predicted": [word for word, _ in model.predict_output_word(["king", "rules"], topn=3)] != [],
    }
