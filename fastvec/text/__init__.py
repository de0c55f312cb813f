"""Text to ids: reading, tokens, the vocabulary, subwords and the windows of a corpus."""
