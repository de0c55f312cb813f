"""``fastvec bench``: how fast fastvec is on this machine."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="?", metavar="TEXT", help="train on this text (default: the demo's)")
    parser.add_argument(
        "--threads", type=counts, metavar="N,...", help="thread counts (default: 1 and all cores)"
    )
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="medians of N rounds (default: 3)")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    from fastvec.benchmark import run as measure

    return measure(args.text, threads=args.threads, rounds=args.rounds, as_json=args.json)


def counts(text: str) -> list[int]:
    return [int(count) for count in text.split(",")]
