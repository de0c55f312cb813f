"""Data sets by name: downloaded once, checked, kept in a folder."""

from __future__ import annotations

import os
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastvec.checks.numbers import choice
from fastvec.errors import FormatError, MissingPackageError, SettingError, StorageError
from fastvec.io.atomic import atomic_path
from fastvec.io.decompression import reading_errors, type_of_path

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

BLOCK = 1 << 16  # bytes copied at a time, and lost at most of a download that is interrupted
GLOVE_6B = (50, 100, 200, 300)  # dimensions
PARTS = ("train", "valid", "test")


@dataclass(frozen=True)
class DataSet:
    """Where a file comes from.

    Attributes
    ----------
    url : str
    checksum : str
        Of what the address gives, as ``algorithm:digits``.
    member : str
        The file in that archive; empty: it is no archive.
    about : str
        What it is, for lists.
    """

    url: str
    checksum: str
    member: str
    about: str


_WIKITEXT = "https://wikitext.smerity.com/wikitext-{}-v1.zip"
_WIKITEXT_CHECKSUMS = {
    2: "sha256:92675f1d63015c1c8b51f1656a52d5bdbc33aafa60cc47a218a66e7ee817488c",
    103: "sha256:242ba0f20b329cfdf1ccc61e9e9e5b59becf189db7f7a81cd2a0e2fc31539590",
}
_WORDSIM = "http://alfonseca.org/pubs/ws353simrel.tar.gz", "sha1:1b9ca7f4d61682dea0004acbd48ce74275d5bfff"
_GLOVE = (
    "https://nlp.stanford.edu/data/glove.6B.zip",
    "sha256:617afb2fe6cbd085c235baf7a465b96f4112bd7f7ccb2b2cbd649fed9cbcf2fb",
)

DATA_SETS = {
    "text8": DataSet(
        "http://mattmahoney.net/dc/text8.zip",
        "sha256:a6640522afe85d1963ad56c05b0ede0a0c000dddc9671758a6cc09b7a38e5232",
        "text8",
        "17 million tokens of English Wikipedia (2006), a-z only, one line (31 MB, 100 MB unpacked)",
    ),
    "enwik8": DataSet(
        "http://mattmahoney.net/dc/enwik8.zip",
        "sha256:547994d9980ebed1288380d652999f38a14fe291a6247c157c3d33d4932534bc",
        "enwik8",
        "the first 100 MB of a dump of English Wikipedia, XML and all (36 MB)",
    ),
    "enwik9": DataSet(
        "http://mattmahoney.net/dc/enwik9.zip",
        "",
        "enwik9",
        "the first 1 GB of it (323 MB)",
    ),
    **{
        f"wikitext-{size}-{part}": DataSet(
            _WIKITEXT.format(size),
            _WIKITEXT_CHECKSUMS[size],
            f"wikitext-{size}/wiki.{part}.tokens",
            f"WikiText-{size}, its {part} part: tokenised articles of English Wikipedia",
        )
        for size in (2, 103)
        for part in PARTS
    },
    "questions-words": DataSet(
        "https://download.tensorflow.org/data/questions-words.txt",
        "sha256:8c29b3332afc46f3fb8be04cb5297bf96f39aa7131272dff57869b4485b22a36",
        "",
        "19,544 analogies (Mikolov et al. 2013)",
    ),
    "wordsim353-similarity": DataSet(
        *_WORDSIM,
        "wordsim353_sim_rel/wordsim_similarity_goldstandard.txt",
        "WordSim-353, similar words: 203 pairs (Agirre et al. 2009)",
    ),
    "wordsim353-relatedness": DataSet(
        *_WORDSIM,
        "wordsim353_sim_rel/wordsim_relatedness_goldstandard.txt",
        "WordSim-353, related words: 252 pairs (Agirre et al. 2009)",
    ),
    "simlex-999": DataSet(
        "https://www.cl.cam.ac.uk/~fh295/SimLex-999.zip",
        "sha1:0d3afe35b89d60acf11c28324ac7be10253fda39",
        "SimLex-999/SimLex-999.txt",
        "SimLex-999, similar (not just related) words (Hill et al. 2015)",
    ),
    "men": DataSet(
        "https://staff.fnwi.uva.nl/e.bruni/resources/MEN.tar.gz",
        "sha1:3c4af1b7009c1ad75e03562f7f7bc5f51ff3a31a",
        "MEN/MEN_dataset_natural_form_full",
        "MEN, 3,000 pairs of related words (Bruni et al. 2014)",
    ),
    "rw": DataSet(
        "https://nlp.stanford.edu/~lmthang/morphoNLM/rw.zip",
        "sha1:bf9c5959a0a2d7ed8e51d91433ac5ebf366d4fb9",
        "rw/rw.txt",
        "RW, 2,034 pairs with rare words (Luong et al. 2013)",
    ),
    **{
        f"glove-6B-{size}": DataSet(
            *_GLOVE, f"glove.6B.{size}d.txt", f"GloVe vectors of 400,000 words, {size} dimensions (862 MB for all)"
        )
        for size in GLOVE_6B
    },
}
# the checksum of the unpacked file, where none of the archive is known
UNPACKED = {"enwik9": "sha256:159b85351e5f76e60cbe32e04c677847a9ecba3adc79addab6f4c6c7aa3744bc"}


def data_folder() -> Path:
    """Return the folder of downloaded data sets: ``$FASTVEC_DATA``, or the system's folder for caches."""
    if named := os.environ.get("FASTVEC_DATA"):
        return Path(named)
    return Path(_pooch().os_cache("fastvec"))


def fetch(name: str, *, folder: type_of_path | None = None, progress: bool = True) -> Path:
    """Return the file of a data set; download it if it is not there yet.

    A download that was interrupted goes on where it ended. What arrives is checked against a known checksum.

    Parameters
    ----------
    name : str
        One of ``fastvec.datasets.DATA_SETS``, such as ``"text8"``.
    folder : path, optional
        Where data sets are kept; by default ``$FASTVEC_DATA``, or the system's folder for caches.
    progress : bool
        Draw a progress bar on standard error, if that is a terminal.

    Returns
    -------
    Path

    Raises
    ------
    SettingError
        If there is no data set of this name.
    StorageError
        If there is no network, or no room on the disk; the message says where to put a file got in another way.
    FormatError
        If what arrived is not the known file.
    MissingPackageError
        If pooch is not installed.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(fv.datasets.fetch("text8"))  # doctest: +SKIP
    """
    choice("name", name, tuple(DATA_SETS))
    data = DATA_SETS[name]
    folder = data_folder() if folder is None else Path(folder)
    target = folder / target_name(data)
    if target.exists():
        return target
    archive = _download(data, folder, progress)
    if archive == target:
        return target
    with reading_errors(archive), atomic_path(target) as part:
        _unpack(archive, data.member, part)
        if name in UNPACKED:
            _check(part, UNPACKED[name], archive)
    return target


def target_name(data: DataSet) -> str:
    """Return the name of the file of a data set in the folder.

    That of a member has its folder in the archive: WikiText-2 and WikiText-103 have files of the same names.

    >>> target_name(DATA_SETS["rw"])
    'rw-rw.txt'
    """
    return data.member.replace("/", "-") if data.member else Path(data.url).name


def text8() -> Path:
    """Return the path of text8: 17 million tokens of English Wikipedia.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(fv.datasets.text8())  # doctest: +SKIP
    """
    return fetch("text8")


def wikitext(size: int = 2, part: str = "train") -> Path:
    """Return the path of WikiText-2 or WikiText-103.

    Parameters
    ----------
    size : 2 or 103
        Millions of tokens.
    part : "train", "valid" or "test"

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(fv.datasets.wikitext(103))  # doctest: +SKIP
    """
    if size not in _WIKITEXT_CHECKSUMS:
        raise SettingError(field="size", expected="2 or 103", got=size)
    choice("part", part, PARTS)
    return fetch(f"wikitext-{size}-{part}")


def glove(name: str = "6B", dim: int = 100) -> WordVectors:
    """Return the GloVe vectors of Pennington, Socher and Manning (2014).

    Parameters
    ----------
    name : "6B"
        Trained on 6 billion tokens of Wikipedia and Gigaword: 400,000 words.
    dim : 50, 100, 200 or 300

    Examples
    --------
    >>> import fastvec as fv
    >>> embedding = fv.datasets.glove("6B", dim=100).to_torch()  # doctest: +SKIP
    """
    from fastvec.vectors.word_vectors import WordVectors

    choice("name", name, ("6B",))
    if dim not in GLOVE_6B:
        raise SettingError(field="dim", expected=" or ".join(map(str, GLOVE_6B)), got=dim)
    return WordVectors.load(fetch(f"glove-{name}-{dim}"), format="glove")


def _pooch() -> Any:
    try:
        import pooch
    except ImportError:
        raise MissingPackageError.of("downloads", "fastvec[datasets]") from None
    pooch.get_logger().setLevel("WARNING")  # the progress bar is enough
    return pooch


def _download(data: DataSet, folder: Path, progress: bool) -> Path:
    """Return the file that the address gives, from the folder where it is there and sound."""
    pooch = _pooch()
    import requests  # which pooch needs itself

    path = folder / Path(data.url).name
    downloader = _ResumingDownloader(path.with_name(f"{path.name}.part"), progress)
    try:
        pooch.retrieve(data.url, data.checksum or None, fname=path.name, path=folder, downloader=downloader)
    except requests.RequestException as error:
        raise StorageError(
            f"{data.url}: the download failed: {error}; try again to go on with it, or save the file as {path}",
            path=path,
        ) from error
    except ValueError as error:  # the checksum
        raise FormatError(f"{data.url}: is not the known file: {error}; try again", path=path) from error
    except OSError as error:
        raise StorageError.of(path, error, writing=True) from error
    return path


class _ResumingDownloader:
    """Downloads for pooch to a file beside the target, which a later try continues."""

    def __init__(self, part: Path, progress: bool) -> None:
        self.part, self.progress = part, progress

    def __call__(self, url: str, output_file: str, _pooch: Any) -> None:
        import requests
        from tqdm import tqdm

        begun = self.part.stat().st_size if self.part.exists() else 0
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={begun}-"} if begun else {})
        with requests.get(url, headers=headers, stream=True, timeout=30) as response:
            if begun and response.status_code == requests.codes.requested_range_not_satisfiable:
                os.replace(self.part, output_file)  # it was whole already
                return
            response.raise_for_status()
            resumed = response.status_code == requests.codes.partial_content
            begun = begun if resumed else 0
            length = response.headers.get("Content-Length")
            bar = tqdm(
                desc=self.part.stem, initial=begun, total=begun + int(length) if length else None,
                unit="B", unit_scale=True, leave=False, disable=None if self.progress else True,
            )  # fmt: skip
            with bar, open(self.part, "ab" if resumed else "wb") as file:
                for block in response.iter_content(BLOCK):
                    file.write(block)
                    bar.update(len(block))
        os.replace(self.part, output_file)


def _unpack(archive: Path, member: str, target: Path) -> None:
    """Copy one file out of an archive."""
    try:
        with _opened(archive, member) as source, open(target, "wb") as file:
            while block := source.read(BLOCK):
                file.write(block)
    except (KeyError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise FormatError(f"{archive}: {member} cannot be unpacked: {error}", path=archive) from error


def _opened(archive: Path, member: str) -> Any:
    if archive.suffix == ".zip":
        return zipfile.ZipFile(archive).open(member)
    found = tarfile.open(archive).extractfile(member)
    if found is None:
        raise KeyError(member)
    return found


def _check(path: Path, checksum: str, archive: Path) -> None:
    algorithm, digits = checksum.split(":")
    if _pooch().file_hash(str(path), alg=algorithm) != digits:
        archive.unlink()
        raise FormatError(f"{archive}: is not the known file: its checksum differs; try again", path=archive)
