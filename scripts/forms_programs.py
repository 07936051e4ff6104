"""What other programs make of the report: LibreOffice and Chromium, run with profiles of their own."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from forms_font import font_style

OFFICE = ("soffice", "--headless", "--convert-to")
BROWSER = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")


def convert(format: str, files: Sequence[Path], profile: Path) -> None:
    """Have LibreOffice write files in another format beside them."""
    user = f"-env:UserInstallation={profile.as_uri()}/office"
    subprocess.run([*OFFICE, format, user, "--outdir", str(files[0].parent), *map(str, files)], check=True)


def print_page(page: str, out: Path, profile: Path) -> None:
    """Have Chromium print a page, set in a font of its own characters."""
    (profile / "page.html").write_text(
        page.replace("<style>", "<style>" + font_style(page), 1), encoding="utf-8"
    )
    options = ["--disable-pdf-tagging", f"--user-data-dir={profile}/web", f"--print-to-pdf={out}"]
    subprocess.run([*BROWSER, *options, str(profile / "page.html")], check=True, stderr=subprocess.DEVNULL)
