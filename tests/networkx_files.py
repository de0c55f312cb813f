"""What networkx 3 writes: write_edgelist with and without data, write_weighted_edgelist."""

FILES = {
    "weights": ("a b {'weight': 3.0}\nb c {'weight': 0.5}\n", [("a", "b", 3.0), ("b", "c", 0.5)]),
    "no data": ("a b {}\nb c {}\n", [("a", "b"), ("b", "c")]),
    "weighted": ("a b 3.0\nb c 0.5\n", [("a", "b", 3.0), ("b", "c", 0.5)]),
    "numpy": ("a b {'weight': np.float64(3.0)}\n", [("a", "b", 3.0)]),
    "more data": ("a b {'color': 'r}d', 'weight': 1, 'x': (1, {2})}\n", [("a", "b", 1.0)]),
    "other data": ("a b {'color': 'red'}\nb c {'color': 'x y'}\n", [("a", "b"), ("b", "c")]),
    "commas": ("ab,c,{'weight': 3}\n", [("ab", "c", 3.0)]),
    "tabs": ("a b\tc\t{'weight': 3}\r\nd\te f\t{'weight': 2}\r\n", [("a b", "c", 3.0), ("d", "e f", 2.0)]),
    "names with braces": ("{x} b {}\nc {y} {}\n", [("{x}", "b"), ("c", "{y}")]),
}
