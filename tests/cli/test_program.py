"""Help, version, and what each way of going wrong means to a shell."""

import os
import signal
import subprocess
import sys
import time

import pytest

import fastvec
from fastvec.cli import codes, main
from fastvec.cli.program import COMMANDS


def test_help_names_every_command_and_loads_nothing_heavy(capsys):
    code = "import sys; from fastvec.cli import main\ntry: main(['--help'])\nfinally: print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert all(f"  {name} " in done.stdout for name in COMMANDS)
    assert not {"numpy", "tqdm", "safetensors"} & set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help(name, capsys):
    with pytest.raises(SystemExit) as end:
        main([name, "--help"])
    assert end.value.code == 0
    assert f"usage: fastvec {name}" in capsys.readouterr().out


def test_version(command):
    done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"fastvec {fastvec.__version__}\n"


def test_python_m_fastvec_is_the_program():
    done = subprocess.run(
        [sys.executable, "-m", "fastvec", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("fastvec ")


@pytest.mark.parametrize(
    "arguments", [[], ["sing"], ["train"], ["train", "a.txt", "-o", "b.bin", "--window", "x"]]
)
def test_wrong_arguments_end_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == codes.USAGE
    assert "error: " in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("option", "here"),
    [
        ("--size", "--vector-size"),
        ("--minn", "--min-n"),
        ("--workers", "--threads"),
        ("-ws", "--window"),
        ("--nonsense", ""),
    ],
)
def test_options_of_other_programs_are_named_in_one_line(option, here, capsys):
    with pytest.raises(SystemExit) as end:
        main(["train", "a.txt", "-o", "b.bin", option, "5"])
    assert end.value.code == codes.USAGE
    error = capsys.readouterr().err
    assert error.startswith(f"fastvec train: error: unrecognized arguments: {option} 5")
    assert error.count("\n") == 1
    assert error.endswith("; see fastvec train --help\n")
    assert (f"; use {here};" in error) == bool(here)


def test_a_setting_out_of_range_ends_with_2_before_anything_is_read(tmp_path, capsys):
    code = main(["train", str(tmp_path / "missing.txt"), "-o", str(tmp_path / "v.bin"), "--window", "0"])
    assert code == codes.USAGE
    assert capsys.readouterr().err.startswith("fastvec: error: window: expected ")


def test_unusable_data_end_with_65(tmp_path, trained, capsys):
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(trained.read_bytes()[:1000])
    assert main(["info", str(cut)]) == codes.DATA
    assert str(cut) in capsys.readouterr().err


def test_text_without_a_frequent_word_ends_with_65(tmp_path, capsys):
    text = tmp_path / "rare.txt"
    text.write_text("each word once\n")
    assert main(["vocab", str(text)]) == codes.DATA
    assert "min_count" in capsys.readouterr().err


def test_missing_input_ends_with_66(tmp_path, capsys):
    missing = tmp_path / "missing.txt"
    assert main(["vocab", str(missing)]) == codes.NO_INPUT
    assert capsys.readouterr().err == f"fastvec: error: {missing}: no such file\n"


def test_training_that_diverges_ends_with_70_and_writes_nothing(tmp_path, small_text, capsys):
    output = tmp_path / "v.safetensors"
    assert main(["train", str(small_text), "-o", str(output), "--learning-rate", "1e6", "-q"]) == codes.FAILED
    assert "learning rate of" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_too_little_memory_ends_with_70(trained, monkeypatch, capsys):
    def load(path, **_):
        raise MemoryError

    monkeypatch.setattr(fastvec.WordVectors, "load", load)
    assert main(["info", str(trained)]) == codes.FAILED
    assert capsys.readouterr().err == "fastvec: error: out of memory\n"


@pytest.mark.parametrize("name", ["train", "encode", "vocab", "demo"])
def test_an_unwritable_output_ends_with_74_before_any_work(name, tmp_path, capsys):
    output = tmp_path / "no-such-folder" / "out.fvc"
    output = output.with_suffix(".bin") if name in ("train", "demo") else output
    text = [] if name == "demo" else [str(tmp_path / "missing.txt")]
    assert main([name, *text, "-o", str(output)]) == codes.NO_OUTPUT
    assert capsys.readouterr().err.startswith(f"fastvec: error: {output}: cannot write there")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("name", ["same.txt", "./same.txt", "no-such-folder/../same.txt"])
def test_an_output_that_is_an_input_is_refused(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "same.txt").write_text("a b c\n" * 20)
    assert main(["train", "same.txt", "-o", name]) == codes.USAGE
    assert "output would overwrite an input" in capsys.readouterr().err
    assert (tmp_path / "same.txt").read_text() == "a b c\n" * 20


def test_an_encoded_text_is_not_encoded_again(tmp_path, capsys):
    assert main(["encode", "a.fvc", "-o", str(tmp_path / "b.fvc")]) == codes.USAGE
    assert "a.fvc: is already encoded" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="needs named pipes")
def test_an_output_that_is_no_file_is_not_replaced(tmp_path, small_text, capsys):
    pipe = tmp_path / "pipe.bin"
    os.mkfifo(pipe)
    assert main(["train", str(small_text), "-o", str(pipe)]) == codes.NO_OUTPUT
    assert pipe.is_fifo()


def test_a_full_standard_output_ends_with_74(command, trained):
    with open("/dev/full", "w") as full:
        done = subprocess.run([*command, "info", str(trained)], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == codes.NO_OUTPUT
    assert done.stderr == "fastvec: error: standard output: No space left on device\n"


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX pipes")
def test_a_reader_that_ends_is_no_error_to_report(command, tmp_path):
    text = tmp_path / "many.txt"
    text.write_text(" ".join(f"w{i}" for i in range(100_000)))
    arguments = [*command, "vocab", str(text), "--min-count", "1", "-q"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        assert program.stdout.readline() == "w0 1\n"
        program.stdout.close()
        assert program.stderr.read() == ""
    assert program.returncode == codes.BROKEN_PIPE


def ended(program):
    """What it printed until its end; one that does not end is ended, so that the test fails and does not hang."""
    try:
        return program.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        program.kill()
        raise


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_ctrl_c_ends_training_with_130_and_leaves_nothing(command, tmp_path, small_text):
    output = tmp_path / "v.safetensors"
    arguments = [*command, "train", str(small_text), "-o", str(output), "--epochs", "100000"]
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) as program:
        assert program.stderr.readline().startswith("read ")
        time.sleep(0.3)
        program.send_signal(signal.SIGINT)
        _, rest = ended(program)
    assert program.returncode == codes.INTERRUPTED
    assert rest == "fastvec: interrupted\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_ctrl_c_ends_a_wait_for_a_pipe_with_130(command):
    arguments = [*command, "vocab", "-"]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        program.stdin.write("a text that never ends\n")
        program.stdin.flush()
        time.sleep(1)
        program.send_signal(signal.SIGINT)
        assert program.wait(timeout=30) == codes.INTERRUPTED
        assert program.stderr.read() == "fastvec: interrupted\n"


def test_traceback_shows_where(tmp_path, capsys):
    assert main(["info", str(tmp_path / "missing.bin"), "--traceback"]) == codes.NO_INPUT
    printed = capsys.readouterr().err
    assert printed.startswith("Traceback (most recent call last):")
    assert printed.splitlines()[-1].startswith("fastvec: error: ")


def test_control_characters_do_not_reach_the_terminal_through_an_error(capsys):
    assert main(["info", "\x1b[31mred.bin"]) == codes.NO_INPUT
    assert r"\x1b[31mred.bin" in capsys.readouterr().err


def test_a_warning_is_one_line(tmp_path, capsys):
    text = tmp_path / "few-words.txt"
    text.write_text("a b a b a b a b\n" * 5000)
    assert main(["train", str(text), "-o", str(tmp_path / "v.bin"), "--sample", "1e-5", "--epochs", "1"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert [line for line in lines if line.startswith("fastvec: warning: ")] != []
    assert not any("Warning:" in line for line in lines)


def test_a_misspelt_option_is_guessed(capsys):
    with pytest.raises(SystemExit):
        main(["train", "text.txt", "-o", "v.bin", "--vector-sise", "3"])
    assert "did you mean --vector-size?" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_a_scheduler_ends_training_with_143_and_leaves_nothing(command, tmp_path, small_text):
    output = tmp_path / "v.safetensors"
    arguments = [*command, "train", str(small_text), "-o", str(output), "--epochs", "100000"]
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) as program:
        assert program.stderr.readline().startswith("read ")
        time.sleep(0.3)
        program.terminate()
        _, rest = ended(program)
    assert program.returncode == codes.TERMINATED
    assert rest == "fastvec: terminated\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_a_callers_own_handler_of_sigterm_stays(capsys):
    heard = []
    before = signal.signal(signal.SIGTERM, lambda *_: heard.append(1))
    try:
        assert main(["info", "missing.bin"]) == codes.NO_INPUT
        os.kill(os.getpid(), signal.SIGTERM)
        assert heard == [1]
    finally:
        signal.signal(signal.SIGTERM, before)
    assert main(["info", "missing.bin"]) == codes.NO_INPUT
    assert signal.getsignal(signal.SIGTERM) is before


def test_no_room_for_the_vectors_ends_with_74_before_training(tmp_path, small_text, monkeypatch, capsys):
    from fastvec.io import atomic

    room = atomic.check_room
    monkeypatch.setattr(atomic, "check_room", lambda path, n_bytes: room(path, n_bytes << 60))
    output = tmp_path / "v.safetensors"
    assert main(["train", str(small_text), "-o", str(output)]) == codes.NO_OUTPUT
    printed = capsys.readouterr().err
    assert "bytes, and there is room for" in printed
    assert "trained" not in printed
