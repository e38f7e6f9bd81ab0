"""dspvnn: classical signal processing against neural networks, on the same signals, beside exact limits.

`dspvnn.tasks` draws signals and scores estimates, `dspvnn.limits` knows the best possible score,
`dspvnn.measure.compare` runs estimators side by side, `dspvnn.report` makes the PDF. Estimators live in the
packages `baselines` and `neural`.
"""

from importlib.util import find_spec
from pathlib import Path


def _check_neighbours() -> None:
    """Refuse packages that are named as ours are and are not: `baselines` and `neural` are common names."""
    for name in ("baselines", "neural"):
        found = find_spec(name)
        folder = Path(found.origin).parent if found and found.origin else None
        if folder is not None and folder.parent.resolve() != Path(__file__).parents[1].resolve():
            raise ImportError(
                f"the package {name!r} in {folder} is another distribution's, and dspvnn needs its own "
                "of that name: take a fresh environment, or run from another folder"
            )


_check_neighbours()
