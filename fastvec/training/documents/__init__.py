"""Vectors of documents: the paragraph vectors of Le and Mikolov (2014)."""
