"""How a net is trained, and what training leaves behind beside the weights."""

import math
from dataclasses import dataclass, field

LOG_EVERY = 200  # steps
VALIDATIONS = 20  # of a run
PROGRESS = 0.99  # a validation counts as better if it is below this share of the best before


@dataclass(frozen=True)
class Plan:
    """How a net is trained. `minutes` ends the schedule earlier than `steps`, if it comes first.

    patience: training ends after so many validations in a row without an improvement.
    signals: what is trained on, in words; a checkpoint of other signals is refused.
    """

    steps: int
    batch_size: int
    learning_rate: float
    seed: int = 0
    warmup: float = 0.03
    clip: float = 1.0
    optimizer: str = "adam"
    minutes: float | None = None
    patience: int | None = None
    signals: str = ""

    @property
    def validate_every(self) -> int:
        """Steps between two validations."""
        return max(1, self.steps // VALIDATIONS)

    def rate(self, done: float) -> float:
        """Return the learning rate when the share `done` of the schedule lies behind."""
        if done < self.warmup:
            return self.learning_rate * done / self.warmup
        through = (done - self.warmup) / (1 - self.warmup)
        return self.learning_rate * (0.5 + 0.5 * math.cos(math.pi * min(through, 1.0)))


@dataclass
class History:
    """What training leaves behind beside the weights."""

    step: int = 0
    seconds: float = 0.0
    losses: list[tuple[int, float]] = field(default_factory=list)
    validations: list[tuple[int, float]] = field(default_factory=list)
    interrupted: bool = False

    def add(self, loss: float, seconds: float) -> None:
        """Record a step, its loss (every `LOG_EVERY` steps), and the seconds so far."""
        self.step += 1
        self.seconds = seconds
        if self.step % LOG_EVERY == 0 or self.step == 1:
            self.losses.append((self.step, loss))

    def on_a_plateau(self, patience: int | None) -> bool:
        """Whether the last `patience` validations were all no better than the best before them."""
        values = [value for _, value in self.validations]
        if patience is None or len(values) <= patience:
            return False
        return min(values[-patience:]) > PROGRESS * min(values[:-patience])
