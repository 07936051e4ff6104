"""Words: rjieba cuts exactly as jieba cuts, on the samples and on any text."""

from __future__ import annotations

import pickle
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giar_nlp.readers import find_files, read
from giar_nlp.scheme import load_scheme
from giar_nlp.tokens import Tokenizer

SAMPLES = Path(__file__).parents[1] / "corpora" / "samples"
WORDS = load_scheme().words
OURS, JIEBA = Tokenizer(WORDS), Tokenizer(WORDS, use_jieba=True)
BARE, BARE_JIEBA = Tokenizer(), Tokenizer(use_jieba=True)

REPORTS = [read(file.path).text for file in find_files([SAMPLES])]
CHARACTERS = sorted(set("".join(REPORTS)) | set("+#&._%-0aZ１％\r\n\t\u3000\u200b\u2028〇㐀鿖龥𠀀é"))


@pytest.mark.parametrize("text", REPORTS, ids=lambda text: text.split()[0][:12])
def test_samples_are_cut_as_jieba_cuts_them(text: str) -> None:
    assert OURS.cut(text) == JIEBA.cut(text)
    assert BARE.cut(text) == BARE_JIEBA.cut(text)
    for line in text.splitlines():
        assert OURS.cut(line) == JIEBA.cut(line)


@given(st.text(st.sampled_from(CHARACTERS)) | st.text(st.characters(codec="utf-8")))
def test_any_text_is_cut_as_jieba_cuts_it(text: str) -> None:
    assert OURS.cut(text) == JIEBA.cut(text)


@given(st.text())
def test_words_cover_the_text(text: str) -> None:
    places = OURS.tokenize(text)
    assert [text[start:end] for start, end in places] == OURS.cut(text)
    assert "".join(OURS.cut(text)) == text
    assert all(end == start for (_, end), (start, _) in pairwise(places))


# text, words: what rjieba alone would cut in another way
CASES = [
    ("2019-2022年", ["2019", "-", "2022", "年"]),
    ("0536-4221145", ["0536", "-", "4221145"]),
    ("wf.shandong.cn", ["wf", ".", "shandong", ".", "cn"]),
    ("增长15.5%。", ["增长", "15.5%", "。"]),
    ("## 总体", ["##", " ", "总体"]),
    ("a\r\nb", ["a", "\r\n", "b"]),
    ("𠀀-鿖.", ["𠀀", "-", "鿖", "."]),
    ("", []),
]


@pytest.mark.parametrize(("text", "words"), CASES)
def test_ascii_runs_and_rare_characters(text: str, words: list[str]) -> None:
    assert BARE.cut(text) == words
    assert BARE_JIEBA.cut(text) == words


def test_words_of_the_trade_stay_whole() -> None:
    assert [word for word in WORDS if OURS.cut(word) != [word]] == []
    assert [word for word in WORDS if BARE.cut(word) == [word]] == [], "jieba knows these already"
    assert OURS.cut("依申请公开政府信息公开规范性文件") == ["依申请公开", "政府信息公开", "规范性文件"]


@settings(max_examples=5)  # each loads two dictionaries
@given(st.lists(st.text(st.sampled_from("政务公开信息网站ab1-"), min_size=2, max_size=6), max_size=4))
def test_own_words_are_cut_alike(words: list[str]) -> None:
    text = "全年通过政务网站公开信息ab1-条" + "".join(words)
    assert Tokenizer(words).cut(text) == Tokenizer(words, use_jieba=True).cut(text)


def test_tokenizer_travels_to_a_worker() -> None:
    assert pickle.loads(pickle.dumps(OURS)).cut("依申请公开") == ["依申请公开"]


def test_jieba_says_nothing_and_leaves_nothing(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    Tokenizer(use_jieba=True).cut("信息公开")
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_jieba_cuts_where_rjieba_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "rjieba", None)
    assert Tokenizer(["依申请公开"]).cut("依申请公开2019-2022年") == ["依申请公开", "2019", "-", "2022", "年"]
