"""Co-occurrence counts, and weights of association."""
