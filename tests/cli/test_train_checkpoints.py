"""``fastvec train --checkpoint``: interrupted, resumed, refused."""

import os
import signal
import subprocess
import time

import pytest

import fastvec as fv
from fastvec.cli import codes, main
from fastvec.training.checkpoints.files import read
from fastvec.training.slice_run import SliceRun

WRITING = "fastvec: writing the checkpoint; a second signal ends at once, without it"


def flags(text, folder, *more):
    return [
        "train", str(text), "-o", str(folder / "v.safetensors"), "--vector-size", "8", "--threads", "1",
        "--checkpoint", str(folder / "run.ckpt"), *more,
    ]  # fmt: skip


def table(path):
    return fv.WordVectors.load(path).vectors.tobytes()


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.parametrize(
    ("model", "number", "code"),
    [
        ("skipgram", "SIGINT", codes.INTERRUPTED),
        ("glove", "SIGTERM", codes.TERMINATED),
        ("skipgram", "SIGHUP", codes.HUNG_UP),
    ],
)
def test_an_interrupted_run_goes_on_to_the_same_bytes(model, number, code, command, small_text, tmp_path, capsys):
    more = ["--model", model, "--epochs", {"skipgram": "40", "glove": "600"}[model]]
    with subprocess.Popen(
        [*command, *flags(small_text, tmp_path, *more, "--checkpoint-every", "0.1s")],
        stderr=subprocess.PIPE,
        text=True,
        # whoever runs the tests may be deaf to it, as after nohup, and programs inherit that
        preexec_fn=lambda: signal.signal(getattr(signal, number), signal.SIG_DFL),
    ) as program:
        assert program.stderr.readline().startswith("read ")
        while not (tmp_path / "run.ckpt").exists():
            time.sleep(0.01)
        program.send_signal(getattr(signal, number))
        rest = program.stderr.read()
        assert program.wait(30) == code
    word = "interrupted" if number == "SIGINT" else "terminated"
    told = f"the same command with --resume goes on from {tmp_path / 'run.ckpt'}\nfastvec: {word}\n"
    at_once = "" if number == "SIGHUP" else f"\n{WRITING}\n"
    assert rest == at_once + told
    facts = read(tmp_path / "run.ckpt").facts
    assert 0 < facts["done"] < facts["total"]
    assert {"run.ckpt"} <= set(os.listdir(tmp_path)) <= {"run.ckpt", "run.ckpt.previous"}
    assert main(flags(small_text, tmp_path, *more, "--resume")) == 0
    assert f"resumed at {facts['done'] / facts['total']:.0%}".replace("%", " %") in capsys.readouterr().err
    whole = tmp_path / "whole.safetensors"
    assert main(["train", str(small_text), "-o", str(whole), "--vector-size", "8", "--threads", "1", *more]) == 0
    assert table(whole) == table(tmp_path / "v.safetensors")


def test_a_deterministic_run_goes_on_on_another_number_of_threads(small_text, tmp_path, capsys, monkeypatch):
    add, left = SliceRun.add, [40]

    def few(self, *result):
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        add(self, *result)

    more = ["--deterministic", "--epochs", "2", "--checkpoint-every", "2000"]
    with monkeypatch.context() as patch:
        patch.setattr(SliceRun, "add", few)
        assert main([*flags(small_text, tmp_path, *more), "--threads", "3"]) == codes.INTERRUPTED
    facts = read(tmp_path / "run.ckpt").facts
    assert 0 < facts["done"] < facts["total"]
    assert main([*flags(small_text, tmp_path, *more, "--resume"), "--threads", "2"]) == 0
    assert "resumed at" in capsys.readouterr().err
    whole = tmp_path / "whole.safetensors"
    assert main(["train", str(small_text), "-o", str(whole), "--vector-size", "8", *more[:3]]) == 0
    assert table(whole) == table(tmp_path / "v.safetensors")


def test_the_same_command_serves_the_first_time_and_later(small_text, tmp_path, capsys):
    more = ["--epochs", "1", "--checkpoint-every", "20000", "--resume"]
    assert main(flags(small_text, tmp_path, *more)) == 0
    assert "no checkpoint in" in capsys.readouterr().err
    first = table(tmp_path / "v.safetensors")
    assert main(flags(small_text, tmp_path, *more)) == 0
    said = capsys.readouterr().err
    assert "resumed at 100 %" in said
    assert "no checkpoint" not in said
    assert " 0 tokens/s" in said
    assert table(tmp_path / "v.safetensors") == first


def test_what_is_wrong_is_said_before_the_text_is_read(small_text, tmp_path, capsys):
    checkpoint = tmp_path / "run.ckpt"
    wrong = {
        ("--checkpoint-every", "soon"): "checkpoint_every: expected a time such as '30s'",
        ("--checkpoint", str(tmp_path / "v.safetensors")): "--output would overwrite the checkpoint",
        ("--checkpoint", str(small_text)): "output would overwrite an input",
        ("--model", "lsa"): "--checkpoint: needs --model skipgram or cbow or nnlm or glove or log-count, not lsa",
    }
    for more, message in wrong.items():
        assert main(flags(small_text, tmp_path, *more)) == codes.USAGE
        said = capsys.readouterr().err
        assert message in said
        assert "read " not in said
    for name in ("--resume", "--checkpoint-every=1h"):
        assert main(["train", str(small_text), "-o", str(tmp_path / "v.bin"), name]) == codes.USAGE
        assert ": needs --checkpoint FILE" in capsys.readouterr().err
    checkpoint.write_text("something")
    assert main(flags(small_text, tmp_path)) == codes.USAGE
    said = capsys.readouterr().err
    assert "run.ckpt already; resume goes on from it; or delete" in said
    assert "read " not in said
    assert main(flags(small_text, tmp_path, "--resume")) == codes.DATA
    assert main(flags(small_text, tmp_path / "no")) == codes.NO_OUTPUT


def test_a_checkpoint_of_other_settings_ends_with_2(small_text, tmp_path, capsys):
    assert main(flags(small_text, tmp_path, "--epochs", "1")) == 0
    assert main(flags(small_text, tmp_path, "--epochs", "2", "--resume")) == codes.USAGE
    assert "is of another run (epochs: 1 there, 2 here)" in capsys.readouterr().err


def test_info_says_how_far_a_checkpoint_is(small_text, tmp_path, capsys):
    assert main(flags(small_text, tmp_path, "--epochs", "1", "--window", "3")) == 0
    capsys.readouterr()
    assert main(["info", str(tmp_path / "run.ckpt")]) == 0
    said = capsys.readouterr().out
    assert "checkpoint of training" in said
    assert "100.0% of " in said
    settings = next(line for line in said.splitlines() if line.startswith("settings "))
    assert "window 3" in settings
    assert "tokens" not in settings
    assert "backend" not in settings
    data = next(line for line in said.splitlines() if line.startswith("data "))
    assert "sentences" in data
    assert "word list" not in said


def test_info_reads_the_header_of_a_checkpoint_alone(small_text, tmp_path, capsys):
    assert main(flags(small_text, tmp_path, "--epochs", "1")) == 0
    path = tmp_path / "run.ckpt"
    content = bytearray(path.read_bytes())
    content[-100] ^= 1  # of a matrix: training would refuse it
    path.write_bytes(content)
    assert main(["info", str(path)]) == 0
    content[content.index(b"SkipGram")] ^= 1
    path.write_bytes(content)
    capsys.readouterr()
    assert main(["info", str(path)]) == codes.DATA
    assert "fields: expected what was written" in capsys.readouterr().err
