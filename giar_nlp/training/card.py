"""The card of a model: what people should know before they trust it."""

from collections.abc import Mapping

from giar_nlp.model import Model


def write_card(model: Model, scores: Mapping[str, str] | None = None) -> str:
    """The text of a model's card, in Markdown.

    Args:
        model: a trained model.
        scores: more scores, by what they were measured on.
    """
    meta = model.meta
    n_of = meta.get("n_of")
    themes = meta.get("themes")
    lines = [
        f"# {meta.get('name')}",
        "",
        f"A classifier of {len(model.labels)} labels, trained on {meta.get('n_texts')} texts of "
        f"{meta.get('n_groups')} groups (corpus digest {meta.get('digest')}).",
        "",
        "- It is two linear steps on arrays: runs of one to three characters and the names of what stands "
        "about a text; then these logits, what rules say, and what is made of its list.",
        f"- It leans on the rules of a scheme: {'yes, themes digest ' + str(themes) if themes else 'no'}.",
        f"- At most one of: {', '.join(model.exclusive) or 'none'}.",
        f"- Alone, with no other: {', '.join(model.alone) or 'none'}.",
        f"- Micro F1 on groups that the fit did not see: {meta.get('unseen_micro_f1')}.",
        *(f"- {what}: {score}." for what, score in (scores or {}).items()),
        f"- Made with {_versions(meta.get('made_with'))}. The same corpus and versions give the same bytes.",
        "",
        "It knows only writing like that which it was trained on: measure it on your own texts with "
        "`giar evaluate MODEL CORPUS` before you rely on it.",
        "",
        "| label | texts | threshold |",
        "|---|---:|---:|",
    ]
    for label, threshold in zip(model.labels, model.thresholds, strict=True):
        n = n_of.get(label, 0) if isinstance(n_of, dict) else 0
        lines.append(f"| {label.replace('|', '/')} | {n} | {threshold:.2f} |")
    return "\n".join(lines) + "\n"


def _versions(made_with: object) -> str:
    pairs = made_with.items() if isinstance(made_with, dict) else ()
    return ", ".join(f"{name} {version}" for name, version in pairs)
