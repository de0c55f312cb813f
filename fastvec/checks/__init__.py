"""Checks at the start of every public call: numbers, choices and arrays."""
