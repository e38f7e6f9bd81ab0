"""Who is ahead of two estimators: what their paired comparison on the same signals decides.

A paired row (`dspvnn.measure.paired`) holds the ratio of two estimators' errors, or the difference of their
losses, with a 95 % interval over the signals and a net's trainings, and a p-value over the signals. One of
the two is ahead where the interval leaves out equality and the p-value, adjusted by Holm over all pairs of
the task's page, is below 5 %. The intervals of two separate values are never compared: errors on the same
signals go together, so such intervals may overlap where one of the two is better on nearly every signal.
"""

import math

from dspvnn.results.metrics import RATIO
from dspvnn.results.rows import CONFIDENCE, Row


def ahead(pair: Row) -> str:
    """Return the label of the estimator that is ahead in an adjusted paired row, "" if neither is.

    A difference without any spread has no p-value: its interval decides.
    """
    equality = 1.0 if pair.metric == RATIO else 0.0
    significant = math.isnan(pair.p_value) or pair.p_adjusted < 1 - CONFIDENCE
    if not significant or pair.ci_low <= equality <= pair.ci_high:
        return ""
    return pair.estimator if pair.value < equality else pair.reference
