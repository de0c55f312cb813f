"""Phrases: words joined to one token."""
