"""Take the pictures of the page that the documentation shows, from the sample corpus.

    python -m benchmarks.page_pictures ADDRESS

where `polywire serve` serves an index that holds the sample (`polywire ingest --sample`). Needs
Chromium, and fonts for all scripts (on Debian: fonts-noto-core, fonts-noto-cjk).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from tests.support.browser import executable

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
QUESTION = "How+many+people+had+to+leave+their+homes+because+of+the+Lerna+flood%3F"
PICTURES: dict[str, tuple[str, Literal["light", "dark"], tuple[int, int]]] = {
    "search": (f"/?q={QUESTION}&ui=en", "light", (1120, 720)),
    "coverage-dark": ("/coverage?q=Lerna+flood&ui=en", "dark", (1120, 640)),
    "search-arabic": ("/?q=Lerna&ui=ar", "light", (900, 640)),
    "article-japanese": ("/article/quake-zarband.ja?ui=en", "light", (900, 560)),
}


def main(address: str) -> None:
    """Take all pictures."""
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=executable(), args=["--no-sandbox"])
        for name, (path, scheme, (width, height)) in PICTURES.items():
            page = chromium.new_page(
                viewport={"width": width, "height": height}, color_scheme=scheme
            )
            page.goto(address + path)
            page.screenshot(path=FOLDER / f"{name}.png")
            page.close()
        chromium.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
