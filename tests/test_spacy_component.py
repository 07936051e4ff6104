"""The door to spaCy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from giar_nlp.analyzer import load
from giar_nlp.readers import as_document

TEXT = "一、总体情况\n全年主动公开政府信息五十三条，0536-4221145。举办培训2期，未收到政府信息公开申请。"


@pytest.fixture(scope="module")
def nlp() -> Language:
    from giar_nlp.spacy_component import register

    register()
    register()
    pipeline = spacy.blank("zh")
    pipeline.add_pipe("giar")
    return pipeline


def test_doc_carries_the_report(nlp: Language) -> None:
    doc = nlp(TEXT)
    report = load().annotate(as_document(TEXT))
    assert doc._.giar == report
    assert [span.text for span in doc.spans["giar_segments"]] == [segment.text for segment in report.segments]
    counts = [count for segment in report.segments for count in segment.counts]
    assert [span.label_ for span in doc.spans["giar_counts"]] == [count.kind for count in counts]
    for span, count in zip(doc.spans["giar_counts"], counts, strict=True):
        assert span.start_char <= count.start < count.end <= span.end_char


@pytest.mark.parametrize("text", ["", " ", "好", "\n\n", "今天天气很好。"])
def test_any_text_goes_through(nlp: Language, text: str) -> None:
    assert nlp(text)._.giar.text == text


def test_report_travels_with_the_doc(nlp: Language) -> None:
    from spacy.tokens import Doc, DocBin

    doc = nlp(TEXT)
    again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert again._.giar == doc._.giar
    box = DocBin(docs=[doc], store_user_data=True)
    (boxed,) = DocBin().from_bytes(box.to_bytes()).get_docs(nlp.vocab)
    assert boxed._.giar == doc._.giar
    assert len(boxed.spans["giar_counts"]) == len(doc.spans["giar_counts"])


def test_a_doc_without_the_component_has_no_report(nlp: Language) -> None:
    assert spacy.blank("zh")("好")._.giar is None


def test_spacy_finds_the_component_by_itself(tmp_path: Path) -> None:
    code = (
        "import sys, spacy\n"
        "nlp = spacy.blank('zh')\n"
        "assert 'giar_nlp.analyzer' not in sys.modules, 'paid for only where it is used'\n"
        "nlp.add_pipe('giar')\n"
        "print(len(nlp('一、总体情况\\n公开53条。')._.giar.segments))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr
