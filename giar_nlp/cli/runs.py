"""What `annotate` does once its options are read: reports into a file, or to standard output."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from giar_nlp.cli.conversions import limits_of
from giar_nlp.cli.output import Errors, is_file, open_out, say
from giar_nlp.cli.progress import watched

if TYPE_CHECKING:
    from giar_nlp.batch import Job, Outcome


def job_of(
    out: Path | None,
    scheme: Path | None,
    model: str | None,
    *,
    with_text: bool,
    of_worker: tuple[float | None, int | None],
    of_file: list[str] | None,
) -> "Job":
    """How each report is treated, from the options of a command.

    `of_worker` are the seconds and megabytes that a report may take, `of_file` what `--limit` says.
    """
    from giar_nlp.batch import MAX_MEGABYTES, MAX_SECONDS, Job
    from giar_nlp.packing import packing_of

    seconds, megabytes = of_worker
    packing = packing_of(out) if out is not None and is_file(out) else ""
    folder = str(scheme) if scheme else None
    seconds, megabytes = seconds or MAX_SECONDS, megabytes or MAX_MEGABYTES
    return Job(folder, with_text, model, packing, seconds, megabytes, limits_of(of_file))


def annotate_into(
    out: Path, paths: Iterable[str], job: "Job", workers: int | None, *, resume: bool, show: bool
) -> int:
    """Write the records of reports to a file, say what failed, and return the exit status."""
    from giar_nlp.batch import Run
    from giar_nlp.batch.run import SHARD
    from giar_nlp.readers import STDIN

    if resume and STDIN in paths:
        raise typer.BadParameter("standard input cannot be read again: --resume needs files")
    run = Run(paths, out, job, workers=workers, resume=resume)
    if run.n_resumed:
        say(f"{run.n_resumed:,} of {len(run.inputs):,} inputs were done before")
    try:
        with closing(run.outcomes()) as outcomes:
            for outcome in watched(outcomes, len(run.inputs), run.tally):
                if outcome.message is not None:
                    say(outcome.message)
                elif show:
                    _show(outcome, job)
    except KeyboardInterrupt:
        if run.is_kept:
            say(f"{out}: broken off; whole shards of {SHARD} inputs are kept, go on with --resume")
        raise
    n_failed = run.tally.n_failed
    if n_failed:
        say(f"{n_failed} {'input' if n_failed == 1 else 'inputs'} failed; see {run.places.errors}")
    return 1 if n_failed else 0


def annotated(paths: Iterable[str], job: "Job", workers: int | None) -> "Iterator[Outcome]":
    """What came of each report that the paths name, with progress on stderr if the work is long."""
    from giar_nlp.batch import Inputs, Tally, annotate_files, choose_workers, tallied
    from giar_nlp.readers import find_files, need_files

    files, tally = Inputs(need_files(find_files(paths))), Tally()
    outcomes = annotate_files(files, job, workers=choose_workers(workers, len(files)))
    yield from watched(tallied(outcomes, tally), len(files), tally)


def write_outcomes(outcomes: "Iterable[Outcome]", out: Path | None, job: "Job", *, show: bool) -> int:
    """Write records as JSON lines, or show them; say what failed, and return the exit status."""
    errors = Errors(out)
    with ExitStack() as stack:
        # Shown reports take the place of the lines on standard output; a file gets them all the same.
        stream = stack.enter_context(open_out(out)) if out or not show else None
        for outcome in outcomes:
            if outcome.message is not None:
                errors.add(outcome.line, outcome.message)
                continue
            if stream is not None:
                stream.write(outcome.line + b"\n")
            if show:
                _show(outcome, job)
    errors.write()
    if errors.n and errors.path:
        say(f"{errors.n} {'input' if errors.n == 1 else 'inputs'} failed; see {errors.path}")
    return 1 if errors.n else 0


def _show(outcome: "Outcome", job: "Job") -> None:
    from giar_nlp.cli.show import show_record
    from giar_nlp.packing import unpack

    show_record(unpack(outcome.line, f"record{job.packing}"))
