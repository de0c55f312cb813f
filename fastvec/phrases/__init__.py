"""Phrases in ids: words that occur together often become one word, before counting or training."""
