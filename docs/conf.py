"""How Sphinx builds these pages: `make docs`."""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from estimators_table import write_table  # noqa: E402
from training_page import write_training  # noqa: E402

project = "dspvnn"
author = "The dspvnn developers"
release = version_of("dspvnn")
extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["generated", "playground"]  # the folder of the playground's sources and packages
html_extra_path = ["playground/dspvnn-playground.html"]
default_role = "py:obj"  # `name` in a docstring links where there is something to link to
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_default_options = {"exclude-members": "set_fit_request, set_predict_request, set_score_request"}
autodoc_typehints = "none"  # the docstrings say what the arguments are
numpydoc_show_class_members = False
html_show_sphinx = False
html_theme = "alabaster"
html_theme_options = {
    "description": "Classical signal processing against neural networks, on the same signals",
    "fixed_sidebar": True,
    "page_width": "1000px",
    "show_powered_by": "false",
}

write_table(HERE / "generated" / "estimators.md", HERE.parent / "reports" / "reference" / "results.csv")
write_training(HERE / "generated")
