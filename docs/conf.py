"""How Sphinx builds these pages: `make docs`."""

import os
import sys
from importlib.metadata import version as version_of
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from course_notebooks import write  # noqa: E402
from estimators_table import write_table  # noqa: E402
from training_page import write_training  # noqa: E402

from dspvnn.sweep.version import code_version  # noqa: E402

project = "dspvnn"
author = "The dspvnn developers"
release = version_of("dspvnn")
extensions = [
    "mathml",
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["generated", "playground"]  # the folder of the playground's sources and packages
html_extra_path = ["playground/dspvnn-playground.html"]
default_role = "py:obj"  # `name` in a docstring links where there is something to link to
myst_heading_anchors = 3
myst_enable_extensions = ["amsmath", "dollarmath"]
html_math_renderer = "mathml"
# Lessons are executed once for a state of the code; `-D nb_execution_mode=off` leaves them unexecuted.
nb_execution_mode = "cache"
nb_execution_cache_path = str(HERE.parent / "build" / "executed" / code_version()[:16])
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 240
nb_merge_streams = True
autodoc_member_order = "bysource"
autodoc_default_options = {  # what classes inherit from scikit-learn and from ValueError
    "exclude-members": "set_fit_request, set_predict_request, set_score_request, get_metadata_routing, "
    "add_note, with_traceback"
}
autodoc_typehints = "none"  # the docstrings say what the arguments are
numpydoc_show_class_members = False
html_show_sphinx = False
html_static_path = ["static"]
html_css_files = ["lessons.css", "narrow.css"]
html_theme = "alabaster"
html_theme_options = {
    "description": "Classical signal processing against neural networks, on the same signals",
    "fixed_sidebar": True,
    "page_width": "1060px",
    "show_powered_by": "false",
}

# The lessons' kernels read this folder and not the user's own profile, which may change what a lesson does.
# At each start they would warn that a connection within this machine is not encrypted; errors are shown.
PROFILE = HERE.parent / "build" / "ipython" / "profile_default"
PROFILE.mkdir(parents=True, exist_ok=True)
(PROFILE / "ipython_kernel_config.json").write_text(
    '{"IPKernelApp": {"log_level": 40}}\n', encoding="utf-8"
)
os.environ["IPYTHONDIR"] = str(PROFILE.parent)

write_table(HERE / "generated" / "estimators.md", HERE.parent / "reports" / "reference" / "results.csv")
write_training(HERE / "generated")
write(HERE / "course", "student")  # the pages show stubs, never solutions
