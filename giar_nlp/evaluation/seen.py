"""Whether what a model is scored on is what it was trained on: then its scores say little."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from giar_nlp.reading import Reader
from giar_nlp.rows import Row, digest_rows, print_text
from giar_nlp.scheme import Scheme
from giar_nlp.types import Report

if TYPE_CHECKING:
    from giar_nlp.model import Model


def tell_seen(model: "Model", what: str, texts: Sequence[str], digest: Callable[[], str]) -> str | None:
    """A warning where a model is scored on texts that it was trained on; None where none is known.

    A model keeps the print of each report, or row of a table, that it was trained on (``seen``). Of one
    that was made before models did so, only the whole corpus can be told again.

    Args:
        model: the model.
        what: the texts are, in the plural.
        texts: of the gold: whole reports, or rows.
        digest: gives that of the gold as a training corpus; only asked for where nothing else is known.
    """
    prints = frozenset(str(model.meta.get("seen") or "").split())
    if prints:
        n_seen = sum(print_text(text) in prints for text in texts)
    else:
        n_seen = len(texts) if digest() == model.meta.get("digest") else 0
    if not n_seen:
        return None
    which = f"all {len(texts)} {what}" if n_seen == len(texts) else f"{n_seen} of {len(texts)} {what}"
    return (
        f"model {model.name} was trained on {which} of this corpus: its scores are too good; "
        f"score it on texts that it has not seen"
    )


def digest_reports(reports: Iterable[Report], scheme: Scheme) -> str:
    """The digest that a model has of gold reports which it was trained on."""
    reader = Reader(fold=scheme.fold(), noise=scheme.pattern_of(scheme.manifest.noise))
    return digest_rows(
        Row(
            reader.read(report.text, segment.start, segment.end).text,
            tuple(theme.label for theme in segment.themes),
            "",
        )
        for report in reports
        for segment in report.segments
    )
