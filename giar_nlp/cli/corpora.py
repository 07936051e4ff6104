"""The commands that look after gold: `corpus build`, `check`, `stats`, `split`, `merge`."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from giar_nlp.cli.labels import SchemeFolder
from giar_nlp.cli.output import check_out, open_out, say

if TYPE_CHECKING:
    from giar_nlp.corpus import CorpusStats
    from giar_nlp.types import Report

corpus_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look after gold files.")

Gold = Annotated[list[Path], typer.Argument(help="Gold files or folders of them.", metavar="PATH...")]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="File to write; default: standard output.")]


@corpus_app.command("build")
def build(
    paths: Annotated[list[Path], typer.Argument(help="Marked texts.", metavar="FILE...")],
    out: Out = None,
    scheme: SchemeFolder = None,
) -> None:
    """Turn marked texts (a report's text with its labels in it) into gold records."""
    from giar_nlp.corpus import read_marked
    from giar_nlp.scheme import load_scheme

    _write(read_marked(paths, load_scheme(scheme)), check_out(out))


@corpus_app.command("check")
def check(
    paths: Gold,
    scheme: SchemeFolder = None,
    against: Annotated[
        Path | None, typer.Option(help="Folder of texts that the corpus may not repeat.", metavar="DIR")
    ] = None,
) -> None:
    """Say every fault: labels, spans, parts, copies over splits, text shared with a folder."""
    from giar_nlp.corpus import MOST_SHARED, check_corpus, read_corpus, shared_shingles
    from giar_nlp.scheme import load_scheme

    loaded = load_scheme(scheme)
    entries = list(read_corpus(paths))
    faults = [str(fault) for fault in check_corpus(entries, loaded)]
    if against is not None:
        shares = list(shared_shingles(entries, against, loaded.phrases))
        most = max((share for _, share in shares), default=0.0)
        typer.echo(f"text shared with {against}: {most:.1%} of a report at most")
        faults += [
            f"{entry.file.name}: {entry.report.source.path}: {share:.1%} of its text stands in {against}"
            for entry, share in shares
            if share >= MOST_SHARED
        ]
    for fault in faults:
        say(fault)
    n_segments = sum(len(entry.report.segments) for entry in entries)
    typer.echo(f"{len(entries)} reports, {n_segments} segments: {len(faults) or 'no'} faults")
    raise typer.Exit(bool(faults))


@corpus_app.command("stats")
def stats(
    paths: Gold,
    scheme: SchemeFolder = None,
    targets: Annotated[
        Path | None, typer.Option(help="TOML file of the least that each figure may be.", metavar="FILE")
    ] = None,
) -> None:
    """Show what a corpus is made of; with --targets, what it lacks (exit status 1)."""
    from giar_nlp.corpus import describe_corpus, missing_figures, read_corpus
    from giar_nlp.scheme import load_scheme

    described = describe_corpus(list(read_corpus(paths)), load_scheme(scheme))
    with open_out(None) as stream:
        stream.writelines(f"{line}\n".encode() for line in _stats_lines(described))
    if targets is not None:
        missing = list(missing_figures(described, tomllib.loads(targets.read_text("utf-8"))))
        for line in missing:
            say(f"too few: {line}")
        raise typer.Exit(bool(missing))


@corpus_app.command("split")
def split(
    paths: Gold,
    folder: Annotated[Path, typer.Option("--out", "-o", help="Folder to write into.", metavar="DIR")],
    by: Annotated[str, typer.Option(help="What stays together: hand, agency or report.")] = "agency",
    shares: Annotated[str, typer.Option(help="Shares of train, dev and test.")] = "65,15,20",
    seed: Annotated[int, typer.Option(help="The same seed gives the same splits.")] = 0,
) -> None:
    """Part a corpus into train, dev and test; what belongs together stays together."""
    from giar_nlp.corpus import GROUPS, read_corpus, split_entries

    if by not in GROUPS:
        raise typer.BadParameter(f"--by is one of {', '.join(GROUPS)}, not '{by}'")
    weights = [float(part) for part in shares.split(",") if part.replace(".", "", 1).isdecimal()]
    if len(weights) != 3 or not sum(weights):
        raise typer.BadParameter(f"--shares are three numbers such as 65,15,20, not '{shares}'")
    splits = split_entries(list(read_corpus(paths)), by=by, shares=weights, seed=seed)
    for name, entries in splits.items():
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        _write((entry.report for entry in entries), place / "reports.jsonl")
        typer.echo(f"{place / 'reports.jsonl'}: {len(entries)} reports")


@corpus_app.command("merge")
def merge(paths: Gold, out: Out = None) -> None:
    """Put the reports of several gold files into one file, each once, ordered by path."""
    from giar_nlp.corpus import merge_entries, read_corpus

    merged = merge_entries(list(read_corpus(paths)))
    _write((entry.report for entry in merged), check_out(out))


def _write(reports: "Iterator[Report]", out: Path | None) -> None:
    from giar_nlp.jsonl import dump_report

    with open_out(out) as stream:
        stream.writelines(dump_report(report) + b"\n" for report in reports)


def _stats_lines(stats: "CorpusStats") -> Iterator[str]:
    for title, rows in stats.tables.items():
        yield title
        yield from (f"  {name:28}{number:8}" for name, number in rows.items())
    yield "rates"
    yield from (f"  {name:28}{rate:8.2f}" for name, rate in stats.rates.items())
    yield "commonest cues of each role, with the share of its segments that have them"
    for role, cues in stats.cues.items():
        words = "  ".join(f"{word} {share:.2f}" for word, share in cues.words)
        yield f"  {role} ({cues.covered:.2f} have one): {words}"
