"""A door to spaCy: ``nlp.add_pipe("giar")`` puts the `Report` of a text on its `Doc`.

The whole record is ``doc._.giar``. The span groups ``giar_segments`` (labelled with the first theme) and
``giar_counts`` (labelled with the kind) hold the tokens that a span touches, since a count may begin or end
inside a token; exact offsets are those of the record. It travels with the `Doc`, to bytes and back.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from giar_nlp.jsonl import dump_report, load_report
from giar_nlp.types import Report

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span

NAME = "giar"
SEGMENTS, COUNTS = "giar_segments", "giar_counts"


class GiarComponent:
    """Annotates each `Doc` that goes through the pipeline.

    Args:
        scheme: folder of a label scheme; None is the default scheme.
    """

    def __init__(self, scheme: str | None = None) -> None:
        from giar_nlp.analyzer import load

        self._scheme = scheme
        self._analyzer = load(scheme)

    def __call__(self, doc: "Doc") -> "Doc":
        """The same `Doc` with its record and two span groups."""
        from giar_nlp.readers import as_document

        report = self._analyzer.annotate(as_document(doc.text))
        doc.user_data[NAME] = dump_report(report)
        doc.spans[SEGMENTS] = _spans(
            doc, ((segment.start, segment.end, segment.themes[0].label) for segment in report.segments)
        )
        counts = (count for segment in report.segments for count in segment.counts)
        doc.spans[COUNTS] = _spans(doc, ((count.start, count.end, count.kind) for count in counts))
        return doc

    def __reduce__(self) -> tuple[type["GiarComponent"], tuple[str | None]]:
        """Another process loads the scheme for itself (``nlp.pipe(..., n_process=2)``)."""
        return GiarComponent, (self._scheme,)


def make_component(nlp: "Language", name: str, scheme: str | None) -> GiarComponent:
    """The component for a pipeline; spaCy calls it with the pipeline and the component's name in it."""
    return GiarComponent(scheme)


def register() -> None:
    """Make the component and ``doc._.giar`` known to spaCy; needed where no entry point is installed."""
    from spacy.language import Language
    from spacy.tokens import Doc

    if not Language.has_factory(NAME):
        Language.factory(NAME, default_config={"scheme": None}, func=make_component)
    if not Doc.has_extension(NAME):
        Doc.set_extension(NAME, getter=_report_of)


def __getattr__(name: str) -> object:
    """`factory`, which spaCy asks for by its entry point, is registered by being asked for, not on import."""
    if name != "factory":
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    register()
    return make_component


def _report_of(doc: "Doc") -> Report | None:
    record = doc.user_data.get(NAME)
    return load_report(record) if record else None


def _spans(doc: "Doc", places: Iterable[tuple[int, int, str]]) -> list["Span"]:
    spans = (doc.char_span(start, end, label=label, alignment_mode="expand") for start, end, label in places)
    return [span for span in spans if span is not None]
