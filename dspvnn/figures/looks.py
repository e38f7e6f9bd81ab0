"""How estimators look on figures: colour, marker and line, chosen by hand or worked out of the name.

Colours are Okabe and Ito's (distinct for colour-blind readers); marker and line style repeat what the
colour says, so the figures read in grey. An estimator that nobody has chosen a look for gets one of
`OTHERS`.
"""

from collections.abc import Iterable, Sequence
from itertools import product
from zlib import crc32

from dspvnn.results.rows import Row

Look = tuple[str, str, str]
KIND_LOOK = {
    "classical": ("#0072B2", "o"),
    "neural": ("#D55E00", "s"),
    "hybrid": ("#009E73", "D"),
    "floor": ("0.45", "^"),
    "yours": ("#E69F00", "*"),
    "constructed": ("black", "P"),
}
LOOK: dict[str, Look] = {  # of estimators that are drawn as lines: colour, marker, line
    "FFT peak": ("#56B4E9", "v", ":"),
    "FFT, parabolic": ("#56B4E9", "o", "--"),
    "FFT, Jacobsen": ("#009E73", "x", "--"),
    "sine fit": ("#0072B2", "o", "-"),
    "LSTM": ("#D55E00", "s", "-"),
    "heterodyne LSTM": ("#CC79A7", "D", "-"),
    "mixture LSTM": ("#D55E00", "X", "--"),
    "comb LSTM": ("#D55E00", "X", "--"),
    "training mean": ("0.45", "^", ":"),
    "Bayes filter": ("#009E73", "D", "-"),
    "matched filter": ("#0072B2", "o", "-"),
    "normalised matched filter": ("#0072B2", "x", ":"),
    "energy detector": ("#56B4E9", "v", "--"),
    "Elman RNN": ("#CC79A7", "P", "--"),
    "constant": ("0.45", "^", ":"),
}
OTHERS = [
    (colour, marker, line)
    for line, marker, colour in product(
        ("-.", "--"), "<>pdH8", ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9")
    )
]


def looks(rows: Sequence[Row]) -> dict[str, Look]:
    """Return the look of every estimator in the rows, by its label without the seed.

    One that `LOOK` does not name has that at a hash of its name in `OTHERS`, or the next that no other of
    these rows has: the same look in every figure, but for such collisions, and never that of another.
    """
    own = list(dict.fromkeys(r.estimator for r in rows if r.kind == "yours"))
    names = dict.fromkeys(r.entry for r in rows)
    found = {name: LOOK[name] for name in names if name in LOOK}
    found |= {name: _of_yours(own.index(name)) for name in names if name in own and name not in LOOK}
    return found | _worked_out(sorted(name for name in names if name not in found))


def _of_yours(index: int) -> Look:
    return KIND_LOOK["yours"][0], "*hX1"[index % 4], "-."


def _worked_out(names: Iterable[str]) -> dict[str, Look]:
    found: dict[str, Look] = {}
    for name in names:
        first = crc32(name.encode())
        places = (OTHERS[(first + step) % len(OTHERS)] for step in range(len(OTHERS)))
        free = (look for look in places if look not in found.values())
        found[name] = next(free, OTHERS[first % len(OTHERS)])
    return found
