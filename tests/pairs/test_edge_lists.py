"""Edge lists as other programs write them, and hostile ones."""

import gzip
import io
import random

import networkx_files
import pytest

from fastvec import CorpusError, FormatError, Pairs, SettingError
from fastvec.text import reading

# name, content, pairs, lines skipped
FILES = [
    (
        "snap.txt",
        "# Directed graph\n# Nodes: 3\n#\n# FromNodeId\tToNodeId\n0\t11\n0\t2\n",
        [("0", "11"), ("0", "2")],
        4,
    ),
    ("konect", "% bip unweighted\n% 2 3 4\n1 2 \n1 3 \n", [("1", "2"), ("1", "3")], 2),
    ("hashtags.tsv", "#tea\t#hot\n#milk\t#cold\n", [("#tea", "#hot"), ("#milk", "#cold")], 0),
    ("later.txt", "a b\n# c\n", [("a", "b"), ("#", "c")], 0),
    ("gephi.tsv", "Source\tTarget\tType\tWeight\nnew york\tparis\tDirected\t2\n", [("new york", "paris", 2.0)], 1),
    ("gephi.txt", "Source Target Weight\na b 2\nc d 1\n", [("a", "b", 2.0), ("c", "d", 1.0)], 1),
    (
        "gephi.csv",
        "Source,Target,Type,Id,Label,timeset,Weight\na b,c,Undirected,0,,,2.0\n"
        '"x, y",c,Undirected,1,"say ""hi""",,1\n',
        [("a b", "c", 2.0), ("x, y", "c", 1.0)],
        1,
    ),
    ("other order.csv", "id;target;source\n1;b;a\n2;d d;c\n", [("a", "b"), ("c", "d d")], 1),
    ("igraph.csv", '"from","to","weight"\n"a","b",3\n', [("a", "b", 3.0)], 1),
    ("from to", "from to\nto from\n", [("from", "to"), ("to", "from")], 0),
    ("bom.csv", "\ufeffSource,Target\na,b\n", [("a", "b")], 1),
    ("crlf.csv", "a,b,1\r\nc d,e,2\r\n\r\n", [("a", "b", 1.0), ("c d", "e", 2.0)], 0),
    ("commas.txt", "a,b\nc,d\n", [("a", "b"), ("c", "d")], 0),
    ("commas and spaces", "a, b\nc d, e\n", [("a", "b"), ("c d", "e")], 0),
    ("commas in words", "a, b, c d\n", None, "line 1: expected a word and a context, or"),
    ("words with commas", "a,b c\nd e\n", [("a,b", "c"), ("d", "e")], 0),
    ("bars", "a|b c\nd|e\n", None, "line 2: expected a word and a context, got 'd.e'"),
    ("only bars", "a|b\nc|d e\n", [("a", "b"), ("c", "d e")], 0),
    (
        "quotes.csv",
        '"a b","c,d",2\nx,y,1\n"x", "a b", 3\n',
        [("a b", "c,d", 2), ("x", "y", 1), ("x", "a b", 3)],
        0,
    ),
    (
        "tabs",
        "new york\tparis\t2\nparis\tlos angeles\t5\n",
        [("new york", "paris", 2), ("paris", "los angeles", 5)],
        0,
    ),
    ("two tabs", "new york\tparis\nlos\tnew york\n", [("new york", "paris"), ("los", "new york")], 0),
    ("a number.tsv", "new york\t5\na\tb\n", [("new york", "5"), ("a", "b")], 0),
    (
        "ragged",
        "a\tb\t\nc\td\n\te f\t\tg \n",
        None,
        r"line 3: expected a word and a context, got '\\te f\\t\\tg '",
    ),
    ("ends.tsv", " a x\tb\t\n\t\n c\td e \n", [("a x", "b"), ("c", "d e")], 0),
    (
        "unlike.tsv",
        "a\tb\t2\nnew york\t5\n",
        None,
        r"line 2: expected a word, a context and a weight, got 'new york\\t5'",
    ),
    ("no name.csv", "a,b,1\na,,1\n", None, "line 2: expected words that are non-empty str, got 'a,,1'"),
    ("no name.tsv", "a\tb\t1\n \tb b\t1\n", None, "line 2: expected words that are non-empty str"),
    ("no weight.csv", "a,b,1\na,b,\n", None, "line 2: expected a weight"),
    ("two weights.tsv", "a\tb c\t1\na\tb\t1 2\n", None, "line 2: expected a weight, .*got '1 2'"),
    ("open quote.csv", 'a,b\n"c,d\n', None, "line 2: expected quotes that are closed on their line, got '\"c,d'"),
    ("first quote.csv", '"c,d\na,b\n', None, "line 1: expected "),
    ("more.csv", 'a,b\n"c",d,e\n', None, "line 2: expected a word and a context, got '\"c\",d,e'"),
    ("no target.csv", 'a,b\n"",d\n', None, "line 2: expected words that are non-empty str"),
    ("header.csv", "user,item,stars\na,b,1\n", None, "line 1: expected a weight, .*, got 'stars'; .* fields="),
    (
        "many.csv",
        "userId,movieId,rating,timestamp\n",
        None,
        r"line 1: expected .*; fields=\(0, 1\) .* takes these col",
    ),
    ("short.csv", "Source,Target,Weight\na,b,1\na,b\n", None, "line 3: expected a word, a context and a weight"),
    (
        "long.csv",
        "Source,Target,Id,Weight\na,b,1,1\na,b\n",
        None,
        "line 3: expected 4 columns, as in the first line",
    ),
    (
        "m.mtx",
        "%%MatrixMarket matrix coordinate real general\n3 3 1\n1 2 0.5\n",
        None,
        "a Matrix Market file; scipy",
    ),
    ("only comments", "# a\n# b\n\n", None, "it holds no pairs"),
]


@pytest.mark.parametrize(("name", "content", "expected", "told"), FILES, ids=[name for name, *_ in FILES])
@pytest.mark.parametrize("block_bytes", [16, 1 << 20])
def test_files_of_others(tmp_path, monkeypatch, name, content, expected, told, block_bytes):
    monkeypatch.setattr(reading, "BLOCK_BYTES", block_bytes)
    path = tmp_path / name
    path.write_text(content, "utf-8", newline="")
    if expected is None:
        with pytest.raises((FormatError, CorpusError), match=told):
            Pairs.from_pairs(path)
        return
    for threads in (1, 2):
        pairs = Pairs.from_pairs(path, threads=threads)
        assert (list(pairs), pairs.n_skipped) == (expected, told)
    (tmp_path / "packed").mkdir()
    packed = tmp_path / "packed" / f"{name}.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert list(Pairs.from_pairs([path, packed])) == expected * 2


@pytest.mark.parametrize("kind", networkx_files.FILES)
def test_what_networkx_writes(tmp_path, kind):
    content, expected = networkx_files.FILES[kind]
    path = tmp_path / "graph.edgelist"
    path.write_text(content)
    assert list(Pairs.from_pairs(path)) == expected


def test_networkx_writes_so(tmp_path):
    nx = pytest.importorskip("networkx")
    graph = nx.Graph()
    graph.add_weighted_edges_from([("a", "b", 3.0), ("b", "c", 0.5)])
    plain = nx.Graph(graph.edges())
    path = tmp_path / "graph.edgelist"
    for write, g, weighted in (
        (nx.write_edgelist, graph, True),
        (nx.write_weighted_edgelist, graph, True),
        (nx.write_edgelist, plain, False),
        (lambda g, p: nx.write_edgelist(g, p, data=False), graph, False),
        (lambda g, p: nx.write_edgelist(g, p, delimiter="\t"), graph, True),
        (lambda g, p: nx.write_edgelist(g, p, delimiter=","), graph, True),
    ):
        write(g, path)
        expected = [(a, b, graph[a][b]["weight"]) if weighted else (a, b) for a, b in g.edges()]
        assert list(Pairs.from_pairs(path)) == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a b {'weight': 1}\nc d {}\n", "line 2: expected a word, a context and a weight, got 'c d'"),
        ("a b {}\nc d {'weight': 1}\n", "line 2: expected a word and a context, got 'c d 1'"),
        ("a b {'weight': None}\n", "line 1: expected a weight, .*got 'None'"),
        ("new york paris {}\n", "line 1: expected a weight, .*got 'paris'"),
        ("a b {'weight': 1}\na {'weight': 1}\n", "line 2: expected a word, a context and a weight, got 'a 1'"),
    ],
)
def test_dicts_that_are_not_alike(tmp_path, content, message):
    (tmp_path / "graph").write_text(content)
    with pytest.raises(FormatError, match=message):
        Pairs.from_pairs(tmp_path / "graph")


@pytest.mark.parametrize(
    ("separator", "content", "expected"),
    [
        ("whitespace", "a,b\tc\nd e\n", [("a,b", "c"), ("d", "e")]),
        (":", "a b:c,d:2\n", [("a b", "c,d", 2.0)]),
        ("tab", "a b\tc\n", [("a b", "c")]),
        ("\t", "a b\tc\n", [("a b", "c")]),
        ("comma", "a b,c d\n", [("a b", "c d")]),
        ("comma", 'a\tx,b\n"a\tx",c\n', [("a x", "b"), ("a x", "c")]),
        ("semicolon", "a, b;c d\n", [("a, b", "c d")]),
        ("|", "a b|c, d|2\n", [("a b", "c, d", 2.0)]),
    ],
)
def test_a_separator_that_is_given(tmp_path, separator, content, expected):
    (tmp_path / "pairs").write_text(content)
    assert list(Pairs.from_pairs(tmp_path / "pairs", separator=separator)) == expected


def test_double_colons(tmp_path):
    path = tmp_path / "ratings.dat"
    path.write_text("1::122::5::838985046\n1::185::4::838983525\n")
    assert list(Pairs.from_pairs(path, separator=":", fields=(0, 2, 4))) == [("1", "122", 5.0), ("1", "185", 4.0)]
    with pytest.raises(FormatError, match=r"line 1: .* got '1::122::5::838985046'; separator= \(--sep"):
        Pairs.from_pairs(path)


def test_comments_everywhere_if_asked(tmp_path):
    path = tmp_path / "pairs"
    path.write_text("#x\n# head\na b\n# c d\nc d\n#\n")
    pairs = Pairs.from_pairs(path, comments="#")
    assert (list(pairs), pairs.n_skipped) == ([("a", "b"), ("c", "d")], 4)
    path.write_text("// c\na\tb\t1\n// c\nc\td e\n")
    with pytest.raises(FormatError, match="line 4: expected a word, a context and a weight"):
        Pairs.from_pairs(path, comments="//")


def test_places_of_columns(tmp_path):
    path = tmp_path / "u.data"
    path.write_text("196\t242\t3\t881250949\n186\t302\t4\t891717742\n")
    assert list(Pairs.from_pairs(path, fields=(0, 1))) == [("196", "242"), ("186", "302")]
    assert list(Pairs.from_pairs(path, fields=(1, 0, 2))) == [("242", "196", 3.0), ("302", "186", 4.0)]
    path.write_text("1.5, a b ,,c\n2,d,x,e e\n")
    assert list(Pairs.from_pairs(path, fields=[3, 1, 0], separator=",")) == [("c", "a b", 1.5), ("e e", "d", 2.0)]
    with pytest.raises(FormatError, match="line 1: expected a word and a context, or"):
        Pairs.from_pairs(path, fields=(0, 4), separator=",")
    path.write_text("a b c\nd e\n")
    with pytest.raises(FormatError, match="line 2: expected a word and a context, got 'd e'"):
        Pairs.from_pairs(path, fields=(0, 2))


def test_many_lines_with_spaces_in_names(tmp_path, monkeypatch):
    """The same as from an iterable, whatever separates the fields, on any number of threads and blocks."""
    rng = random.Random(5)
    names = [f"name {rng.randrange(50)}" + " é" * rng.randrange(2) for _ in range(200)]
    pairs = [(rng.choice(names), rng.choice(names), rng.choice([0.5, 2.0])) for _ in range(3000)]
    expected = Pairs.from_pairs(pairs)
    for block_bytes in (1000, 1 << 20):
        monkeypatch.setattr(reading, "BLOCK_BYTES", block_bytes)
        for separator in "\t,;|":
            path = tmp_path / "pairs.csv"
            lines = [separator.join(map(str, pair)) for pair in pairs]
            lines[7:9] = [
                separator.join(f'"{part}"' if separator != "\t" else str(part) for part in pairs[7]),
                lines[8],
            ]
            path.write_text("\n".join(lines))
            for threads in (1, 3):
                found = Pairs.from_pairs(path, threads=threads)
                assert list(found) == list(expected)
                assert found.vocabulary.words == expected.vocabulary.words
                assert found.vocabulary.counts.tolist() == expected.vocabulary.counts.tolist()


def test_many_comments_before_the_first_pair(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "BLOCK_BYTES", 64)
    path = tmp_path / "pairs"
    path.write_text("# a comment\n" * 100 + "a b\nc\n")
    with pytest.raises(FormatError, match="line 102: expected a word and a context, got 'c'"):
        Pairs.from_pairs(path)


def test_files_may_differ_in_layout_but_not_in_weights(tmp_path):
    (tmp_path / "a.csv").write_text("Source,Target\na b,c\n")
    (tmp_path / "b.txt").write_text("# x\nd e\n")
    pairs = Pairs.from_pairs([tmp_path / "a.csv", tmp_path / "b.txt"])
    assert (list(pairs), pairs.n_skipped) == ([("a b", "c"), ("d", "e")], 2)
    (tmp_path / "b.txt").write_text("# x\nd e 5\n")
    with pytest.raises(FormatError, match=r"b.txt: line 2: "):
        Pairs.from_pairs([tmp_path / "a.csv", tmp_path / "b.txt"])


def test_standard_input_has_a_head_too(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"# x\nSource,Target,Weight\na b,c,2\n")))
    pairs = Pairs.from_pairs("-")
    assert (list(pairs), pairs.n_skipped) == ([("a b", "c", 2.0)], 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"separator": "::"},
            "separator: expected one of tab, comma, semicolon, bar, whitespace, or a character of ASCII",
        ),
        ({"separator": "x"}, "separator: expected one of"),
        ({"separator": '"'}, "separator: expected one of"),
        ({"separator": "\n"}, "separator: expected one of"),
        ({"separator": "é"}, "separator: expected one of"),
        ({"separator": 5}, "separator: expected one of"),
        ({"comments": ""}, "comments: expected what such lines begin with"),
        ({"comments": b"#"}, "comments: expected what such lines begin with"),
        ({"fields": ("a",)}, "fields: expected those of word and context"),
        ({"fields": (0, 0)}, "fields: expected distinct names"),
        ({"fields": (0, -1)}, "fields: expected a tuple of names"),
        ({"fields": (0, "a")}, "fields: expected a tuple of names"),
        ({"fields": "ab"}, "fields: expected a tuple of names"),
        ({"fields": ("a", "b"), "separator": ","}, "a file with a header has no separator="),
        ({"undirected": "yes"}, "undirected: expected True or False"),
    ],
)
def test_arguments_that_are_refused(tmp_path, arguments, message):
    (tmp_path / "pairs").write_text("a b\n")
    with pytest.raises(SettingError, match=message):
        Pairs.from_pairs(tmp_path / "pairs", **arguments)
