"""The quality gate: no score of a gold set falls below its floor in corpora/floors.toml."""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pytest

from giar_nlp.analyzer import load
from giar_nlp.evaluation import (
    Score,
    Scores,
    Task,
    evaluate,
    evaluate_units,
    predict,
    predict_units,
    read_gold,
)
from giar_nlp.evaluation import (
    score as score_task,
)

Direction = Literal["lower", "raise"]
Tables = dict[str, tuple[str, dict[str, float]]]  # digest and floors of each gold set

ROOT = Path(__file__).parents[1]
FLOORS = ROOT / "corpora" / "floors.toml"
RULED = (
    "corpora/samples/gold.jsonl",
    "tests/cases/counts_develop.toml",
    "tests/cases/counts_held_out.toml",
    "tests/cases/themes.toml",
)
# Scored with the default classifier, the others by rules alone; themes of the gold segments as `labels_`.
CLASSIFIED = ("corpora/challenge", "corpora/gold/dev", "corpora/gold/test")
GOLDS = (*RULED, *CLASSIFIED)
FEWEST = 5  # gold labels of one theme or kind; of fewer, one more or less is no measure
HEAD = """\
# No score may fall below its floor: tests/test_quality.py compares. `pytest --raise-floors` writes this file
# after a gain, `pytest --lower-floors` after a drop that is meant (with a line in CHANGELOG.md); both write the
# digest of a gold file that was changed. Floors lie 0.01 to 0.02 below what was measured, those of single
# themes and kinds (of 5 gold labels or more) 0.05 to 0.06. F1; of bound, nature and metadata the share right.
"""


def digest_of(gold: str) -> str:
    path = ROOT / gold
    digest = hashlib.sha256()
    for file in sorted(path.iterdir()) if path.is_dir() else [path]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def scores_of(gold: str) -> dict[str, float]:
    """The scores of a gold set by name, those that its gold can tell."""
    if gold in CLASSIFIED:
        scored = score_task(Task(ROOT / gold), Path())
        assert scored.scores is not None
        labels = {f"labels_{name}": figure.value for name, figure in scored.labels.figures.items()}
        return {**named(scored.scores), **labels}
    reports, units = read_gold(ROOT / gold)
    analyzer = load(model="none")
    if reports:
        return named(evaluate(reports, predict(reports, analyzer)))
    return named(evaluate_units(units, predict_units(units, analyzer)))


def named(scores: Scores) -> dict[str, float]:
    wholes = {
        "segments": scores.segments,
        "sections": scores.sections,
        "themes_micro": scores.themes_micro,
        "counts_detected": scores.detected,
        "counts_typed": scores.typed,
        "zeros": scores.zeros,
        "part_links": scores.links,
    }
    found = {name: score.f1 for name, score in wholes.items() if score and score.n_gold}
    if "themes_micro" in found:
        found["themes_macro"] = scores.themes_macro_f1
    found |= {name: share.share for name, share in scores.fields.items() if name in {"bound", "nature"}}
    if meta := scores.meta.values():
        found["metadata"] = sum(share.n_right for share in meta) / sum(share.n for share in meta)
    single: dict[str, Mapping[str, Score]] = {"themes": scores.themes, "kinds": scores.kinds}
    for what, labels in single.items():
        found |= {f"{what}.{label}": score.f1 for label, score in labels.items() if score.n_gold >= FEWEST}
    return found


def floor_below(name: str, score: float) -> float:
    """A little below the score, in hundredths; more below that of a single theme or kind."""
    return max(0, math.floor(round(score * 100 - (5 if "." in name else 1), 6))) / 100


def moved(floors: Mapping[str, float], scores: Mapping[str, float], direction: Direction) -> dict[str, float]:
    """The floors of the scores: those that now are too high, or too low, set anew, the others as they were."""
    new = {}
    for name, score in scores.items():
        below = floor_below(name, score)
        floor = floors.get(name, below)
        stays = score >= floor if direction == "lower" else below <= floor
        new[name] = floor if stays else below
    return new


def complaints(gold: str, floors: Mapping[str, float], scores: Mapping[str, float]) -> list[str]:
    """What is wrong, a line for each score."""
    drops = [
        f"{gold}: {name} is {scores[name]:.3f}, below its floor {floor:.2f}; `giar evaluate --misses {gold}` lists "
        f"what is wrong; if the drop is meant: pytest --lower-floors, and say why in CHANGELOG.md"
        for name, floor in floors.items()
        if name in scores and scores[name] < floor
    ]
    strays = [
        f"{gold}: {name} has a {side} only; if the gold or the scheme was meant to change: pytest --raise-floors"
        for side, names in (("floor", floors.keys() - scores), ("score", scores.keys() - floors))
        for name in sorted(names)
    ]
    return drops + strays


def read_floors() -> Tables:
    if not FLOORS.is_file():
        return {}
    tables: Tables = {}
    for gold, table in tomllib.loads(FLOORS.read_text("utf-8")).items():
        digest = table.pop("digest")
        single = {what: table.pop(what) for what in ("themes", "kinds") if what in table}
        dotted = {f"{what}.{key}": floor for what, floors in single.items() for key, floor in floors.items()}
        tables[gold] = digest, {**table, **dotted}
    return tables


def write_floors(tables: Tables) -> None:
    blocks = [HEAD]
    for gold, (digest, floors) in tables.items():
        lines = "".join(f"{name} = {floor:.2f}\n" for name, floor in floors.items())
        blocks.append(f'["{gold}"]\ndigest = "{digest}"\n{lines}')
    FLOORS.write_text("\n".join(blocks), encoding="utf-8")


@pytest.fixture(scope="module")
def measured() -> dict[str, dict[str, float]]:
    return {gold: scores_of(gold) for gold in GOLDS}


@pytest.fixture(scope="module")
def pinned(request: pytest.FixtureRequest, measured: dict[str, dict[str, float]]) -> Tables:
    """The floors as they stand, set anew before that if a flag asks for it."""
    direction: Direction | None = request.config.getoption("floors")
    tables = read_floors()
    if direction is not None:
        tables = {
            gold: (digest_of(gold), moved(tables.get(gold, ("", {}))[1], scores, direction))
            for gold, scores in measured.items()
        }
        write_floors(tables)
    return tables


@pytest.mark.parametrize("gold", GOLDS)
def test_no_score_is_below_its_floor(
    gold: str, pinned: Tables, measured: dict[str, dict[str, float]]
) -> None:
    assert gold in pinned, f"{gold} has no floors: pytest --raise-floors"
    wrong = complaints(gold, pinned[gold][1], measured[gold])
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("gold", GOLDS)
def test_the_gold_is_the_one_that_was_measured(gold: str, pinned: Tables) -> None:
    digest = digest_of(gold)
    assert pinned[gold][0] == digest, (
        f"{gold} was changed (digest {digest}): pytest --lower-floors or --raise-floors pins the new one; "
        f"read the diff of corpora/floors.toml"
    )


def test_every_table_of_floors_is_compared() -> None:
    assert tuple(read_floors()) == GOLDS


@pytest.mark.parametrize(
    ("name", "score", "floor"),
    [
        ("zeros", 1.0, 0.99),
        ("zeros", 0.9505, 0.94),
        ("zeros", 0.96, 0.95),
        ("themes.fees", 1.0, 0.95),
        ("themes.fees", 0.333, 0.28),
        ("themes.fees", 0.0, 0.0),
    ],
)
def test_a_floor_lies_a_little_below(name: str, score: float, floor: float) -> None:
    assert floor_below(name, score) == floor


OLD = {"segments": 0.9, "zeros": 0.9, "themes.gone": 0.5}
NOW = {"segments": 1.0, "zeros": 0.8, "themes.new": 0.9}


@pytest.mark.parametrize(
    ("direction", "expected"),
    [
        ("lower", {"segments": 0.9, "zeros": 0.79, "themes.new": 0.85}),
        ("raise", {"segments": 0.99, "zeros": 0.9, "themes.new": 0.85}),
    ],
)
def test_a_flag_moves_floors_one_way_only(direction: Direction, expected: dict[str, float]) -> None:
    assert moved(OLD, NOW, direction) == expected


def test_a_complaint_names_gold_score_floor_and_way_out() -> None:
    drop, gone, new = complaints("a.toml", OLD, NOW)
    assert drop.startswith("a.toml: zeros is 0.800, below its floor 0.90;")
    assert "pytest --lower-floors" in drop
    assert "CHANGELOG.md" in drop
    assert "themes.gone has a floor only" in gone
    assert "themes.new has a score only" in new
    assert complaints("a.toml", NOW, NOW) == []
