"""Pairs of a word and a context, given one by one."""
