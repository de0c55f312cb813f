"""Scores of word vectors: analogies and word similarity, with intervals and paired tests."""
