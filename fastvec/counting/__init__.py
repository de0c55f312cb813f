"""Ids to counts: co-occurrences within windows and words in documents, and their association weights."""
