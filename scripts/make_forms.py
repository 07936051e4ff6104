"""Makes every form of the report tests/forms/report.txt: python scripts/make_forms.py [FOLDER].

Needs LibreOffice (`soffice`), Chromium (`chromium`), the Noto CJK fonts and `pip install fonttools`. What is
made is committed, as these programs are not everywhere and write other bytes every time.
"""

import sys
import tempfile
from pathlib import Path

import forms_pages
from forms_docx import docx
from forms_ofd import ofd
from forms_programs import convert, print_page
from forms_report import items, markdown
from giar_nlp.scheme import load_scheme

FORMS = Path(__file__).parents[1] / "tests/forms"


def main() -> None:
    """Make them all, in the folder named or in tests/forms."""
    out = Path(sys.argv[1] if len(sys.argv) > 1 else FORMS).resolve()
    report = list(items(FORMS / "report.txt", load_scheme()))
    made = {
        "report.md": markdown(report).encode(),
        "by_hand.docx": docx(report, automatic=False),
        "automatic.docx": docx(report, automatic=True),
        "across.docx": docx(report, automatic=False, across=True),
        "site.html": forms_pages.site(report),
        "word.html": forms_pages.word(report),
        "old.html": forms_pages.old(report),
    }
    for name, data in made.items():
        (out / name).write_bytes(data)
    across = out / "across.docx"
    both = [out / "by_hand.docx", out / "automatic.docx"]
    with tempfile.TemporaryDirectory() as profile:
        convert("doc:MS Word 97", both, Path(profile))
        convert("rtf:Rich Text Format", both, Path(profile))
        convert("pdf", [both[0], across], Path(profile))
        print_page(made["site.html"].decode(), out / "chromium.pdf", Path(profile))
    across.unlink()
    (out / "report.ofd").write_bytes(ofd((out / "by_hand.pdf").read_bytes()))


if __name__ == "__main__":
    main()
