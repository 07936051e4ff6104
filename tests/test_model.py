"""The classifier on arrays: the same scores as scikit-learn's, and folders that are sound or refused."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from giar_nlp.errors import ModelError
from giar_nlp.model import GramTable, Model, Sample, load_model, runs_of, save_model
from giar_nlp.model.grams import STOPS
from giar_nlp.model.samples import frame_of
from giar_nlp.training.fitting import LabelSet, Problem, Spec, _First, fit, truth_of

CLAUSES = {
    "platform": ["门户网站完成改版", "公众号粉丝增加", "新开设专栏三个", "网站栏目重新归并"],
    "training": ["举办业务培训班", "组织学习条例", "参加上级培训", "开展专题讲座"],
    "problem": ["公开内容不够全面", "更新不及时", "工作人员能力不足", "渠道还比较单一"],
    "measure": ["下一步将加大力度", "进一步完善机制", "今后继续拓宽渠道", "将加强队伍建设"],
}
LABELS = LabelSet(("problem", "measure", "platform", "training"), ("problem", "measure"), may_be_none=True)


def _corpus() -> tuple[list[Sample], list[list[str]], list[str]]:
    samples, gold, groups = [], [], []
    for number in range(96):
        role = ("", "problem", "measure")[number % 3]
        topic = ("platform", "training", "")[number // 3 % 3]
        labels = [label for label in (role, topic) if label] or ["platform"]
        text = "，".join(CLAUSES[label][(number * 7 + len(label)) % 4] for label in labels) + f"{number}项。"
        section = 5 if role else 1
        told = {f"label {label}": 1.0 for label in labels[:1]}
        samples.append(Sample(text, ("总体情况",), section, "", told, number // 6))
        gold.append(labels)
        groups.append(f"h{number % 5}")
    return samples, gold, groups


@pytest.fixture(scope="module")
def fitted() -> tuple[Model, list[Sample], list[list[str]]]:
    samples, gold, groups = _corpus()
    truth = truth_of(gold, LABELS.labels)
    return fit(Problem(samples, truth, groups, LABELS), Spec()).model, samples, gold


@pytest.fixture(scope="module")
def folder(
    fitted: tuple[Model, list[Sample], list[list[str]]], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    path = tmp_path_factory.mktemp("model") / "m"
    save_model(fitted[0], path, card="# A card\n")
    return path


@given(st.lists(st.text(alphabet="网站公开1２条，。\n🙂", max_size=20), min_size=1, max_size=5))
def test_runs_are_found_where_they_stand(texts: list[str]) -> None:
    texts = [text.replace("\n", "") for text in texts]
    vocabulary = sorted({*runs_of("网站公开00条", (1, 2, 3)), "🙂", "公🙂"})
    index = {run: number for number, run in enumerate(vocabulary)}
    owner, found, place, clause = GramTable(vocabulary).find(texts)
    wanted = sorted(
        (number, index[run], at)
        for number, text in enumerate(texts)
        for n in (1, 2, 3)
        for at, run in enumerate(runs_of(text, (n,)))
        if run in index
    )
    assert sorted(zip(owner.tolist(), found.tolist(), place.tolist(), strict=True)) == wanted
    for number, run, at, among in zip(
        *(each.tolist() for each in (owner, found, place, clause)), strict=True
    ):
        before = "\n".join([*texts[:number], texts[number][: at + len(vocabulary[run]) - 1]])
        assert among == sum(char in STOPS + "\n" for char in before)


def test_a_crowded_table_finds_every_run() -> None:
    vocabulary = [chr(0x4E00 + a) + chr(0x4E00 + b) for a in range(70) for b in range(70)]
    _, found, *_ = GramTable(vocabulary).find(vocabulary)
    assert found.tolist() == list(range(len(vocabulary)))


def test_logits_are_those_of_scikit_learn() -> None:
    samples, gold, _ = _corpus()
    truth = truth_of(gold, LABELS.labels)
    spec = Spec()
    first = _First(samples, truth, spec)
    heard = first.model(LABELS).hear(samples)
    features = first.features(samples)
    oracle = LogisticRegression(C=spec.strength, solver="liblinear", random_state=0)
    for label in range(len(LABELS.labels)):
        expected = oracle.fit(features, truth[:, label]).decision_function(features)
        assert np.abs(heard.logits[:, label] - expected).max() < 1e-6


def test_peaks_are_the_logits_of_the_best_clause(
    fitted: tuple[Model, list[Sample], list[list[str]]],
) -> None:
    model, *_ = fitted
    clauses = ["开展专题讲座，", "🙂网站栏目重新归并。"]  # no known run goes over both
    samples = [Sample(text) for text in ("".join(clauses), *clauses)]
    whole, *parts = (
        each - model._frame_weights(frame_of(s))
        for each, s in zip(model.hear(samples).peaks, samples, strict=True)
    )
    assert np.abs(whole - np.max(parts, axis=0)).max() < 1e-9
    peaks = model.hear([Sample("好。"), Sample("")]).peaks
    assert np.array_equal(peaks, model.hear([Sample("好。"), Sample("")]).logits)


def test_a_text_is_heard_the_same_alone_and_among_others(
    fitted: tuple[Model, list[Sample], list[list[str]]],
) -> None:
    model, samples, _ = fitted
    one_by_one = [model.hear([sample]) for sample in samples]
    for number, among in enumerate(model.hear(samples)):
        assert np.abs(np.concatenate([each[number] for each in one_by_one]) - among).max() < 1e-9


def test_choices_keep_the_form_of_the_labels(fitted: tuple[Model, list[Sample], list[list[str]]]) -> None:
    model, samples, gold = fitted
    chosen = model.choose(model.probabilities(samples))
    assert chosen.any(axis=1).all()
    assert chosen[:, :2].sum(axis=1).max() <= 1
    right = (chosen == truth_of(gold, LABELS.labels)).mean()
    assert right > 0.95
    anything = np.array([[0.9, 0.8, 0.1, 0.1], [0.01, 0.02, 0.03, 0.3], [0.1, 0.1, 0.9, 0.9]])
    assert model.choose(anything)[:, :2].sum(axis=1).tolist()[0] == 1
    assert model.probabilities([]).shape == (0, 4)


def test_the_strongest_runs_stand_in_the_text(fitted: tuple[Model, list[Sample], list[list[str]]]) -> None:
    model, _, _ = fitted
    sample = Sample("今年举办业务培训班，网站栏目重新归并。", ("总体情况",), 1)
    training = model.strongest(sample, "training")
    assert any(
        "训" in sample.text[run.start : run.end] or "班" in sample.text[run.start : run.end]
        for run in training
    )
    assert all(run.weight > 0 for run in training)
    assert list(training) == sorted(training)


def test_a_saved_model_is_the_same_model(
    fitted: tuple[Model, list[Sample], list[list[str]]], folder: Path
) -> None:
    model, samples, _ = fitted
    loaded = load_model(folder)
    assert np.array_equal(loaded.probabilities(samples), model.probabilities(samples))
    assert (loaded.labels, loaded.exclusive) == (model.labels, model.exclusive)


def test_the_same_corpus_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    samples, gold, groups = _corpus()
    again = fit(Problem(samples, truth_of(gold, LABELS.labels), groups, LABELS), Spec()).model
    save_model(again, tmp_path / "again", card="# A card\n")
    for file in sorted(folder.iterdir()):
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes(), file.name


def _meta(change: Callable[[dict[str, object]], None]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        meta = json.loads((folder / "meta.json").read_text("utf-8"))
        change(meta)
        (folder / "meta.json").write_text(json.dumps(meta), "utf-8")

    return damage


def _weights(**arrays: np.ndarray) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        with np.load(folder / "weights.npz") as loaded:
            kept = {name: loaded[name] for name in loaded.files}
        packed = io.BytesIO()
        np.savez_compressed(packed, **{**kept, **arrays})
        (folder / "weights.npz").write_bytes(packed.getvalue())

    return damage


def _bomb(folder: Path) -> None:
    """An array that says it is far larger than its shape."""
    with zipfile.ZipFile(folder / "weights.npz") as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    members["bias.npy"] = bytes(50_000_000)
    with zipfile.ZipFile(folder / "weights.npz", "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no folder": (shutil.rmtree, "no such model folder"),
    "no weights": (lambda folder: (folder / "weights.npz").unlink(), "cannot be read"),
    "no zip": (lambda folder: (folder / "weights.npz").write_bytes(b"PK no"), "is damaged"),
    "cut off": (
        lambda folder: (folder / "weights.npz").write_bytes((folder / "weights.npz").read_bytes()[:-200]),
        "is damaged",
    ),
    "no json": (lambda folder: (folder / "meta.json").write_bytes(b"{"), "is no JSON"),
    "another form": (_meta(lambda meta: meta.update(form="giar-model/9")), "no model of the form"),
    "labels no list": (_meta(lambda meta: meta.update(labels="problem")), "no list of names"),
    "a label twice": (_meta(lambda meta: meta.update(labels=["a", "a"])), "stands twice"),
    "a label less": (
        _meta(lambda meta: meta.update(labels=["problem", "measure"])),
        "larger than its shape|not float32",
    ),
    "other exclusive": (_meta(lambda meta: meta.update(exclusive=["training"])), "not the first"),
    "pickled": (_weights(bias=np.array([{"a": 1}], dtype=object)), "is damaged|not float32|larger"),
    "doubles": (_weights(bias=np.zeros(4)), "not float32"),
    "another shape": (_weights(bias=np.zeros(3, dtype=np.float32)), "not float32"),
    "not finite": (_weights(bias=np.full(4, np.nan, dtype=np.float32)), "not finite"),
    "one more array": (_weights(more=np.zeros(3, dtype=np.float32)), "other arrays"),
    "a bomb": (_bomb, "larger than its shape"),
    "a run too long": (
        lambda folder: (folder / "vocabulary.txt").write_text('"四个字长"\n', "utf-8"),
        "no run of one to 3",
    ),
    "a run twice": (
        lambda folder: (folder / "vocabulary.txt").write_text('"字"\n"字"\n', "utf-8"),
        "stands once",
    ),
    "no list": (lambda folder: (folder / "tokens.txt").write_bytes(b"\xff\xfe"), "is damaged"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_folder_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    damage, message = DAMAGES[name]
    copy = tmp_path / "m"
    shutil.copytree(folder, copy)
    damage(copy)
    with pytest.raises(ModelError, match=message):
        load_model(copy)
