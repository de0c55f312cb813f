"""Progress bars on standard error."""

from __future__ import annotations

import sys
from typing import Any

from fastvec.cli.terminal import say
from fastvec.running.progress import Progress


class ProgressBars:
    """An ``on_progress`` that draws a bar for the current stage.

    If standard error is a file or a pipe, or with ``quiet``, nothing is drawn.

    Parameters
    ----------
    quiet : bool
        Draw nothing, and print nothing in :meth:`say`.
    """

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet
        self.drawn = not quiet and sys.stderr.isatty()
        self.stage: tuple[str, int | None] | None = None
        self.bar: Any = None
        self.resumed = 0  # tokens or pairs done before

    def __enter__(self) -> ProgressBars:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __call__(self, progress: Progress) -> None:
        """Draw the stage as far as it is."""
        if progress.resumed and not self.resumed:
            self.resumed = progress.resumed
            self.say(f"resumed at {progress.resumed / (progress.total or 1):.0%}".replace("%", " %"))
        if not self.drawn:
            return
        if (progress.stage, progress.run) != self.stage:
            self.close()
            self.stage = (progress.stage, progress.run)
            self.bar = _new_bar(progress)
        if progress.loss is not None:
            self.bar.set_postfix_str(f"loss {progress.loss:.4g}", refresh=False)
        self.bar.update(progress.done - self.bar.n)

    def close(self) -> None:
        """Remove the bar."""
        if self.bar is not None:
            self.bar.close()
        self.stage = self.bar = None

    def say(self, message: str) -> None:
        """Print a line on standard error in place of the bar, unless ``quiet``."""
        self.close()
        if not self.quiet:
            say(message)


def _new_bar(progress: Progress) -> Any:
    from tqdm import tqdm

    return tqdm(
        desc=progress.stage if progress.run is None else f"run {progress.run}/{progress.runs}, {progress.stage}",
        total=progress.total,
        initial=progress.resumed or 0,
        unit=progress.unit if progress.unit == "B" else f" {progress.unit}",
        unit_scale=True,
        leave=False,
        dynamic_ncols=True,
        file=sys.stderr,
    )
