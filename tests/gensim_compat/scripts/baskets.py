"""Items by the baskets that hold them, as recommenders have it (prod2vec)."""

import random

import numpy as np
from gensim.models import Word2Vec
from gensim.models.callbacks import CallbackAny2Vec


class Losses(CallbackAny2Vec):
    def __init__(self):
        self.epoch, self.before, self.losses = 0, 0.0, []

    def on_epoch_end(self, model):
        now = model.get_latest_training_loss()
        self.losses.append(now - self.before)
        self.before, self.epoch = now, self.epoch + 1


def baskets(count, seed):
    rand = random.Random(seed)
    shelves = {"tea": 12, "bread": 12, "soap": 12, "nails": 12}
    for _ in range(count):
        shelf = rand.choice(list(shelves))
        yield [f"{shelf}{rand.randrange(shelves[shelf])}" for _ in range(rand.randint(3, 8))]


def main(folder):
    train = list(baskets(3000, seed=1))
    losses = Losses()
    model = Word2Vec(
        train, vector_size=24, window=100, min_count=3, sg=1, negative=10, ns_exponent=-0.5, sample=0, epochs=8,
        workers=1, seed=1, compute_loss=True, callbacks=[losses],
    )  # fmt: skip
    model.save(f"{folder}/items.model")
    model = Word2Vec.load(f"{folder}/items.model")
    more = [["matches", "tea1", "tea2", "tea3"], ["matches", "tea4", "tea5"]] * 40
    model.build_vocab(more, update=True)
    model.train(more, total_examples=model.corpus_count, epochs=model.epochs)
    right = 0
    for basket in baskets(200, seed=2):
        *known, held_out = [item for item in basket if item in model.wv.key_to_index]
        profile = np.mean([model.wv[item] for item in known], axis=0)
        near = [item for item, _ in model.wv.similar_by_vector(profile, topn=12)]
        right += sum(item.rstrip("0123456789") == held_out.rstrip("0123456789") for item in near)
    counts = {item: model.wv.get_vecattr(item, "count") for item in model.wv.index_to_key}
    return {
        "items": len(counts),
        "share of own shelf": right / (200 * 12),
        "losses fall": losses.losses[-1] < losses.losses[0],
        "epochs": losses.epoch,
        "matches": counts["matches"],
        "near matches": model.wv.most_similar("matches", topn=3)[0][0][:3],
    }
