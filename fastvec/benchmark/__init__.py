"""What ``fastvec bench`` runs: fastvec alone; ``bench/compare/`` of the source compares it with other programs."""

from fastvec.benchmark.report import run

__all__ = ["run"]
