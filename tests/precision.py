"""How far an estimator may be from itself when the same signals come in another batch or another order.

A sum of floats depends on the order of its terms, and libraries choose the order by the size of the batch
and by the processor. Each product of a sum is rounded by at most eps / 2 of its size, so two orders of n
products differ by about sqrt(n) eps / 2 of the largest product.
"""

import numpy as np
import torch

# The longest sum in a net has 1,920 products: sqrt(1920) / 2 = 22 eps. Three times that is allowed, for the
# layers and steps that follow. Seven settings of the libraries gave 4 eps of the largest estimate.
FLOAT32 = 64 * 2.0**-23
# Float64 has 2e-16 instead of 1e-7; fits that climb may stop at another point within their own tolerance.
FLOAT64 = 1e-12


def computes_in_float32(estimator):
    """Whether the estimator is a net, or holds one, whose sums are those of float32."""
    inner = getattr(estimator, "estimator", estimator)
    return getattr(inner, "network_dtype", getattr(inner, "dtype", None)) == torch.float32


def assert_same_estimates(found, expected, estimator):
    """Compare two answers of one estimator to the same signals, in units of the largest estimate."""
    share = FLOAT32 if computes_in_float32(estimator) else FLOAT64
    np.testing.assert_allclose(found, expected, rtol=0, atol=share * np.nanmax(np.abs(expected)))
