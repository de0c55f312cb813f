"""What ``fastvec bench`` runs; ``bench/compare/`` of the source uses the same programs for its long runs."""

from fastvec.benchmark.short import run

__all__ = ["run"]
