"""How the figures of the lessons look: the report's style at the size of a notebook."""

import matplotlib.pyplot as plt

from dspvnn.figures.curves import STYLE


def use_style() -> None:
    """Set matplotlib's defaults for the figures of a lesson."""
    larger = {"font.size": 10, "axes.titlesize": 10, "axes.labelsize": 10, "legend.fontsize": 9}
    plt.rcParams.update(STYLE | larger | {"figure.figsize": (7, 3), "figure.constrained_layout.use": True})
