"""A model as a folder: arrays, two word lists, what else is to be known, and a card. No pickle.

``weights.npz`` holds the arrays (32-bit floats), ``vocabulary.txt`` and ``tokens.txt`` a name a line (in JSON
string form), ``meta.json`` the rest, ``CARD.md`` what people should know. Files are hostile until they
prove sound: sizes, shapes, kinds of numbers and label lists are checked before anything is used.
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from giar_nlp.errors import ModelError
from giar_nlp.model.classifier import FloatArray, Model, sure_name
from giar_nlp.model.grams import BREAK, LONGEST

FORM = "giar-model/1"
WEIGHTS, VOCABULARY, TOKENS, META, CARD = (
    "weights.npz",
    "vocabulary.txt",
    "tokens.txt",
    "meta.json",
    "CARD.md",
)
MAX_BYTES = 256 * 1024 * 1024
"""No file of a model, and no array in it, is larger."""
MAX_LABELS = 5000
ARRAYS = ("gram_idf", "gram_weights", "token_weights", "bias", "mix_weights", "mix_bias", "thresholds")


def save_model(model: Model, folder: Path, *, card: str) -> None:
    """Write a model's folder; the same model gives the same bytes.

    Raises:
        ModelError: the folder cannot be written.
    """
    arrays = {name: getattr(model, name).astype(np.float32) for name in ARRAYS}
    weights = io.BytesIO()
    np.savez_compressed(weights, allow_pickle=False, **arrays)
    meta = {
        "form": FORM,
        "labels": model.labels,
        "exclusive": model.exclusive,
        "may_be_none": model.may_be_none,
        "alone": model.alone,
        "told": model.told,
        "certain": model.certain,
        "hears_clauses": model.hears_clauses,
        "leans": model.leans,
        **model.meta,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / WEIGHTS).write_bytes(weights.getvalue())
        (folder / VOCABULARY).write_bytes(_list_bytes(model.vocabulary))
        (folder / TOKENS).write_bytes(_list_bytes(model.tokens))
        (folder / META).write_bytes(json.dumps(meta, ensure_ascii=False, indent=1).encode() + b"\n")
        (folder / CARD).write_bytes(card.encode())
    except OSError as error:
        raise ModelError(f"{folder}: cannot be written ({error.strerror}); choose another folder") from error


def load_model(folder: Path | str) -> Model:
    """The model in a folder.

    Raises:
        ModelError: a file is missing, damaged, too large, or does not fit the others.
    """
    root = Path(folder)
    if not root.is_dir():
        raise ModelError(f"{root}: no such model folder; make one with 'giar train CORPUS -o {root}'")
    meta = _meta(root)
    labels = _names(meta, "labels", root)
    vocabulary, tokens = _list(root / VOCABULARY), _list(root / TOKENS)
    if bad := next((run for run in vocabulary if not 0 < len(run) <= LONGEST or BREAK in run), None):
        raise ModelError(f"{root / VOCABULARY}: {bad!r:.40} is no run of one to {LONGEST} characters")
    exclusive, told = _names(meta, "exclusive", root), _names(meta, "told", root)
    alone = _names(meta, "alone", root)
    if stray := next((label for label in alone if label not in labels), None):
        raise ModelError(f"{root / META}: '{stray}' in 'alone' is no label of the model; train it anew")
    certain = _names(meta, "certain", root) if "certain" in meta else ()
    if stray := next(
        (label for label in certain if label not in labels or sure_name(label) not in told), None
    ):
        raise ModelError(f"{root / META}: no rule tells of '{stray}' in 'certain'; train the model anew")
    hears_clauses = bool(meta.pop("hears_clauses", False))
    leans, may_be_none = bool(meta.pop("leans", False)), bool(meta.pop("may_be_none", False))
    if exclusive != labels[: len(exclusive)] or not 0 < len(labels) <= MAX_LABELS:
        raise ModelError(f"{root / META}: the exclusive labels are not the first of 1 to {MAX_LABELS} labels")
    n = len(labels)
    shapes = {
        "gram_idf": (len(vocabulary),),
        "gram_weights": (len(vocabulary), n),
        "token_weights": (len(tokens), n),
        "bias": (n,),
        "mix_weights": (n * (1 + hears_clauses + 3 * leans) + len(told) + leans, n),
        "mix_bias": (n,),
        "thresholds": (n,),
    }
    arrays = _arrays(root / WEIGHTS, shapes)
    return Model(
        labels=labels,
        exclusive=exclusive,
        may_be_none=may_be_none,
        alone=alone,
        vocabulary=vocabulary,
        tokens=tokens,
        told=told,
        certain=certain,
        hears_clauses=hears_clauses,
        leans=leans,
        meta=meta,
        **arrays,
    )


def _list_bytes(names: Sequence[str]) -> bytes:
    return b"".join(
        json.dumps(name, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n" for name in names
    )


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ModelError(f"{path}: is larger than {MAX_BYTES} bytes; that is no model of ours")
        return path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"{path}: cannot be read ({error.strerror}); a model needs this file, train it anew"
        ) from error


def _list(path: Path) -> tuple[str, ...]:
    try:
        names = tuple(json.loads(line) for line in _read(path).decode("utf-8").split("\n") if line)
    except ValueError as error:
        raise ModelError(f"{path}: is damaged ({error}); train the model anew") from error
    if not all(isinstance(name, str) for name in names) or len(set(names)) != len(names):
        raise ModelError(f"{path}: is damaged: each line is one name, and each name stands once")
    return names


def _meta(root: Path) -> dict[str, object]:
    try:
        meta = json.loads(_read(root / META))
    except ValueError as error:
        raise ModelError(f"{root / META}: is no JSON ({error}); train the model anew") from error
    if not isinstance(meta, dict) or meta.pop("form", None) != FORM:
        raise ModelError(f"{root / META}: is no model of the form {FORM}; train it anew with this version")
    return meta


def _names(meta: dict[str, object], key: str, root: Path) -> tuple[str, ...]:
    names = meta.pop(key, None)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ModelError(f"{root / META}: '{key}' is no list of names; train the model anew")
    if len(set(names)) != len(names):
        raise ModelError(f"{root / META}: a name stands twice in '{key}'; train the model anew")
    return tuple(cast(list[str], names))


def _arrays(path: Path, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, FloatArray]:
    """The arrays, each of its shape and of finite 32-bit floats; sizes are looked at before unpacking."""
    try:
        with zipfile.ZipFile(io.BytesIO(_read(path))) as packed:
            members = {member.filename: member.file_size for member in packed.infolist()}
        if set(members) != {f"{name}.npy" for name in shapes}:
            raise ModelError(f"{path}: holds other arrays than {', '.join(shapes)}; train the model anew")
        for name, shape in shapes.items():
            if members[f"{name}.npy"] > 4 * int(np.prod(shape)) + 1024:
                raise ModelError(f"{path}: array '{name}' is larger than its shape {shape} allows")
        with np.load(path, allow_pickle=False) as loaded:
            arrays = {name: loaded[name] for name in shapes}
    except (zipfile.BadZipFile, ValueError, EOFError, KeyError, zipfile.error, OSError) as error:
        raise ModelError(f"{path}: is damaged ({error}); train the model anew") from error
    for name, shape in shapes.items():
        found: NDArray[np.generic] = arrays[name]
        if found.dtype != np.float32 or found.shape != shape:
            raise ModelError(
                f"{path}: array '{name}' is {found.dtype} {found.shape}, not float32 {shape}; "
                f"the model does not fit its word lists"
            )
        if not np.isfinite(found).all():
            raise ModelError(f"{path}: array '{name}' holds numbers that are not finite")
    # The largest stays as it is: half as wide, its rows are fetched in half the time, and no number changes.
    return {
        name: array if name == "gram_weights" else array.astype(np.float64) for name, array in arrays.items()
    }
