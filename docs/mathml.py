"""Writes the mathematics of the pages as MathML, which browsers show without a script or a network."""

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer; ``html_math_renderer = "mathml"`` chooses it."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(translator: HTML5Translator, node: nodes.math) -> None:
    _write(translator, node, as_block=False)


def _block(translator: HTML5Translator, node: nodes.math_block) -> None:
    translator.body.append(translator.starttag(node, "div", CLASS="math"))
    _write(translator, node, as_block=True, end="</div>\n")


def _write(translator: HTML5Translator, node: nodes.Element, as_block: bool, end: str = "") -> None:
    try:
        translator.body.append(tex2mathml(node.astext(), as_block=as_block) + end)
    except MathError as error:
        logger.warning("mathematics that MathML cannot show: %s", error, location=node)
    raise nodes.SkipNode
