"""Text: bytes to tokens to ids."""
