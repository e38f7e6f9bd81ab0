"""The report as one HTML file: document.typ with the parts of web.typ, figures that zoom, nothing fetched.

Typst writes the page from the same document and the same content as the PDF; it escapes every text.
Plotly's own script comes in at the end, as it holds a character that Typst does not let into HTML.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst
from matplotlib.figure import Figure

from dspvnn.report.html.panels import note, panels

HERE = Path(__file__).parent
PLOTLY = "/* plotly.js */"


def web_page(drawn: Mapping[str, Figure], numbers: Mapping[str, Any], root: Path) -> bytes:
    """Return the page of the document in `root`, which holds content.json and the .typ files.

    numbers: per figure, the head and the body of the table of what it shows.
    """
    about = {
        name: {"panels": panels(figure), "note": note(figure), "numbers": numbers[name]}
        for name, figure in drawn.items()
    }
    (root / "panels.json").write_text(_for_script(about), encoding="utf-8")
    (root / "plotly.js").write_text(PLOTLY)
    for name in ("page.css", "page.js"):
        (root / name).write_bytes(HERE.joinpath(name).read_bytes())
    page = typst.compile(
        str(root / "document.typ"), root=str(root), format="html", sys_inputs={"format": "html"}
    )
    return page.replace(f"<script>{PLOTLY}</script>".encode(), _plotly().encode(), 1)


def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    return f"<script>{get_plotlyjs()}</script>"


def _for_script(value: Any) -> str:
    """Return JSON that no text in it can end the script element of."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
