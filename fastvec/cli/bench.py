"""``fastvec bench``: how fast fastvec is on this machine."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="?", metavar="TEXT", help="train on this text (default: the demo's)")
    parser.add_argument("--threads", type=int, nargs="+", metavar="N", help="thread counts to try (default: 1 and all)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="rounds; medians count (default: 3)")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    from fastvec import benchmark

    return benchmark.run(args.text, threads=args.threads, rounds=args.rounds, as_json=args.json)
