"""Scores of labels, tables and findings as text, JSON, CSV and a page that needs nothing beside it."""

import csv
import html
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict

from giar_nlp.evaluation.labelling import Comparison, Figure, LabelScores
from giar_nlp.evaluation.proofs import ALL, CellScore, FindingScore, ProofScores

WIDTH = 26
SHOWN = 160
"""Characters of a text beside an error."""
SHOWN_PAIRS = 12
_CELLS = ("gold", "right", "wrong", "uncertain", "missing", "false")
_MORE = ("wrong", "uncertain", "missing", "false", "met", "not_assessable")
_HARMFUL = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula at the start of a cell."""
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:70em;margin:2em auto;padding:0 1em;color:#222}"
    "table{border-collapse:collapse;margin:1em 0}td,th{border-bottom:1px solid #ddd;padding:.2em .8em;"
    "text-align:right}td:first-child,th:first-child,td.text{text-align:left}caption{text-align:left;"
    "font-weight:bold}.warning{font-weight:bold;color:#a00}.bar{background:#48c;height:.7em;display:inline-block}"
)


def label_lines(scores: LabelScores) -> Iterator[str]:
    """The scores as lines of text."""
    yield f"{scores.n} texts of {scores.n_groups} groups"
    for name, figure in scores.figures.items():
        yield f"{name:{WIDTH}}{_shown(figure)}"
    if scores.calibration_error is not None:
        yield f"{'calibration error':{WIDTH}}{scores.calibration_error:.3f}"
    yield ""
    yield f"{'label':{WIDTH}}     P      R     F1    gold  found"
    for label, score in scores.labels.items():
        rates = f"{score.precision:6.3f}{score.recall:7.3f}{score.f1:7.3f}"
        yield f"{label:{WIDTH}}{rates}{score.n_gold:8}{score.n_found:7}"
    if scores.confusions:
        yield ""
        yield "missing where another was given instead"
        yield from (f"  {missed} <- {added}: {n}" for missed, added, n in scores.confusions[:SHOWN_PAIRS])


def error_lines(scores: LabelScores) -> Iterator[str]:
    """The worst errors, a line each."""
    for one in scores.worst:
        text = " ".join(one.text.split())[:SHOWN]
        gold, found = ", ".join(sorted(one.gold)), ", ".join(sorted(one.found))
        yield f"{one.badness:5.2f}  {one.where}  gold: {gold}  found: {found}  {text}"


def comparison_lines(comparison: Comparison) -> Iterator[str]:
    """What a comparison says, in lines of text."""
    gain = comparison.gain
    yield f"micro F1 of the first {comparison.first:.4f}, of the second {comparison.second:.4f}"
    yield f"gain {gain.value:+.4f} (95 %: {gain.low:+.4f} to {gain.high:+.4f}), p = {comparison.p_value:.3f}"


def proof_lines(proofs: ProofScores | None) -> Iterator[str]:
    """The scores of tables and findings as lines of text; none where gold has neither."""
    if proofs is None:
        return
    if proofs.cells:
        yield from ("", f"{'cells of tables':{WIDTH}} {'  '.join((*_CELLS, 'share'))}")
        for name, cell in proofs.cells.items():
            numbers = "".join(
                f"{number:{len(head) + 2}}" for head, number in zip(_CELLS, _fates(cell), strict=True)
            )
            yield f"  {name:{WIDTH - 2}}{numbers}{cell.share:8.4f}"
    for title, scores in (("findings by severity", proofs.severities), ("findings by check", proofs.checks)):
        if scores:
            yield from ("", f"{title:{WIDTH}}     P      R    gold    met  found  right  not assessable")
            for name, score in scores.items():
                rates = f"{score.precision:6.3f}{score.recall:7.3f}"
                told = f"{score.n_gold:8}{score.n_met:7}{score.n_found:7}{score.n_right:7}"
                yield f"  {name:{WIDTH - 2}}{rates}{told}{score.n_not_assessable:16}"


def proof_json(proofs: ProofScores | None) -> dict[str, object]:
    """The scores of tables and findings as an object for JSON; empty where gold has neither."""
    if proofs is None:
        return {}
    shown: dict[str, object] = {}
    if proofs.cells:
        shown["cells"] = {
            name: {**asdict(cell), "share": round(cell.share, 4)} for name, cell in proofs.cells.items()
        }
    if proofs.checks:
        shown["findings"] = {
            side: {
                name: {
                    **asdict(score),
                    "precision": round(score.precision, 4),
                    "recall": round(score.recall, 4),
                }
                for name, score in scores.items()
            }
            for side, scores in (("by_severity", proofs.severities), ("by_check", proofs.checks))
        }
    return shown


def _fates(cell: CellScore) -> tuple[int, ...]:
    return (cell.n_gold, cell.n_right, cell.n_wrong, cell.n_uncertain, cell.n_missing, cell.n_false)


def _findings(proofs: ProofScores) -> Iterator[tuple[str, FindingScore]]:
    yield from ((f"finding {name}", score) for name, score in proofs.severities.items())
    yield from ((f"finding {name}", score) for name, score in proofs.checks.items() if name != ALL)


def label_json(scores: LabelScores) -> dict[str, object]:
    """The scores as an object for JSON."""
    return {
        "n": scores.n,
        "n_groups": scores.n_groups,
        "figures": {name: asdict(figure) for name, figure in scores.figures.items()},
        "labels": {
            label: {**asdict(score), "precision": score.precision, "recall": score.recall, "f1": score.f1}
            for label, score in scores.labels.items()
        },
        "calibration_error": scores.calibration_error,
        "calibration": [asdict(part) for part in scores.calibration],
        "confusions": [list(pair) for pair in scores.confusions],
        "worst": [
            {
                "where": one.where,
                "text": one.text,
                "gold": sorted(one.gold),
                "found": sorted(one.found),
                "badness": round(one.badness, 3),
            }
            for one in scores.worst
        ],
    }


def label_csv(scores: LabelScores, proofs: ProofScores | None = None) -> bytes:
    """A table with a row a label, for spreadsheets: UTF-8 with a byte order mark, no cell a formula.

    Where tables or findings were scored, rows ``cells ...`` and ``finding ...`` follow, with columns of their
    own: cells wrong, uncertain, missing and false; findings of gold that were met; checks not assessable.
    """
    table = io.StringIO(newline="")
    rows = csv.writer(table)
    has_more = proofs is not None and (proofs.cells or proofs.checks)
    rows.writerow(
        ["label", "precision", "recall", "f1", "gold", "found", "right", *(_MORE if has_more else ())]
    )
    for label, score in scores.labels.items():
        safe = f"'{label}" if label.startswith(_HARMFUL) else label
        rates = (round(score.precision, 4), round(score.recall, 4), round(score.f1, 4))
        rows.writerow([safe, *rates, score.n_gold, score.n_found, score.n_right])
    if proofs is not None:
        for name, cell in proofs.cells.items():
            n_gold, n_right, *others = _fates(cell)
            rows.writerow([f"cells {name}", "", round(cell.share, 4), "", n_gold, "", n_right, *others])
        for name, one in _findings(proofs):
            shares = (round(one.precision, 4), round(one.recall, 4), "")
            told = (one.n_gold, one.n_found, one.n_right, "", "", "", "", one.n_met, one.n_not_assessable)
            rows.writerow([name, *shares, *told])
    return b"\xef\xbb\xbf" + table.getvalue().encode()


def label_page(
    scores: LabelScores, title: str, proofs: ProofScores | None = None, warnings: Iterable[str] = ()
) -> bytes:
    """The scores as one page of HTML; everything that comes from texts is escaped."""
    labels = [
        (
            label,
            f"{score.precision:.3f}",
            f"{score.recall:.3f}",
            f"{score.f1:.3f}",
            str(score.n_gold),
            str(score.n_found),
        )
        for label, score in scores.labels.items()
    ]
    parts = [
        f"<!doctype html><meta charset=utf-8><title>{html.escape(title)}</title><style>{_STYLE}</style>",
        f"<h1>{html.escape(title)}</h1><p>{scores.n} texts of {scores.n_groups} groups",
        *(f"<p class=warning>{html.escape(warning)}" for warning in warnings),
        _html_table("Figures, with 95 % intervals", ("figure", "value"), _figure_rows(scores.figures)),
        _html_table("Labels", ("label", "precision", "recall", "F1", "gold", "found"), labels),
        *(_proof_tables(proofs) if proofs is not None else ()),
        _html_table(
            "Calibration: said and true",
            ("decisions", "said", "true"),
            [(str(part.n), f"{part.said:.2f}", f"{part.true:.2f}") for part in scores.calibration],
        ),
        _html_table(
            "Missing where another was given",
            ("missing", "given", "texts"),
            [(missed, added, str(n)) for missed, added, n in scores.confusions[:SHOWN_PAIRS]],
        ),
        _html_table(
            "Worst errors",
            ("where", "gold", "found", "text"),
            [
                (one.where, ", ".join(sorted(one.gold)), ", ".join(sorted(one.found)), one.text)
                for one in scores.worst
            ],
        ),
    ]
    return "\n".join(part for part in parts if part).encode("utf-8", "replace")


def _proof_tables(proofs: ProofScores) -> Iterator[str]:
    cells = [(name, *map(str, _fates(cell)), f"{cell.share:.4f}") for name, cell in proofs.cells.items()]
    yield _html_table("Cells of tables, by form", ("form", *_CELLS, "share"), cells)
    findings = [
        (
            name.removeprefix("finding "),
            f"{score.precision:.3f}",
            f"{score.recall:.3f}",
            *map(str, (score.n_gold, score.n_met, score.n_found, score.n_right, score.n_not_assessable)),
        )
        for name, score in _findings(proofs)
    ]
    heads = ("check or severity", "precision", "recall", "gold", "met", "found", "right", "not assessable")
    yield _html_table("Findings", heads, findings)


def _figure_rows(figures: Mapping[str, Figure]) -> list[tuple[str, ...]]:
    return [(name, _shown(figure)) for name, figure in figures.items()]


def _shown(figure: Figure) -> str:
    return f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"


def _html_table(caption: str, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    head = "".join(f"<th>{html.escape(name)}</th>" for name in heads)
    body = "".join(
        "<tr>" + "".join(f"<td class=text>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><caption>{html.escape(caption)}</caption><tr>{head}</tr>{body}</table>"
