"""Vectors to answers: words with their vectors, queries, subwords and files."""
