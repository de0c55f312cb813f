"""Given pairs of words to ids, which replace the windows of a text."""
