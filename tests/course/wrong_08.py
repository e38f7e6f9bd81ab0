"""Wrong answers to the exercises of lesson 8, and words that the check's sentence holds."""

import numpy as np

contamination = np.ones(5000)  # what a notebook holds beside its target


def least_squares(columns, target):
    return np.linalg.lstsq(columns, target)[0]


def without_a_constant(witnesses, target):
    return least_squares(witnesses, target)


def one_by_one(witnesses, target):
    ones = np.ones(len(target))
    return [least_squares(np.column_stack([w, ones]), target)[0] for w in witnesses.T]


def with_the_constant(witnesses, target):
    return least_squares(np.column_stack([witnesses, np.ones(len(target))]), target)


def constant_first(witnesses, target):
    return least_squares(np.column_stack([np.ones(len(target)), witnesses]), target)[:-1]


def correlations(witnesses, target):
    return [np.corrcoef(w, target)[0, 1] for w in witnesses.T]


def prediction(witnesses, target):
    return witnesses @ one_by_one(witnesses, target)


def product_alone(witnesses):
    return np.prod(witnesses, axis=1, keepdims=True)


def without_the_constant(witnesses):
    u, v = witnesses.T
    return np.column_stack([u * v, u, v, u * v])


def squares(witnesses):
    return np.column_stack([witnesses, witnesses**2])


def no_second_witness(witnesses):
    u, v = witnesses.T
    return np.column_stack([u * v, u, np.ones(len(u)), u**2])


def no_product(witnesses):
    u, v = witnesses.T
    return np.column_stack([u, v, u - v, np.ones(len(u))])


def rows(witnesses):
    u, v = witnesses.T
    return np.stack([u * v, u, v, np.ones(len(u))])


def share(wanted, product):
    return np.var(wanted) / np.sum(product**2)


def of_amplitudes(wanted, product):
    return 20 * np.log10(share(wanted, product))


def upside_down(wanted, product):
    return -10 * np.log10(share(wanted, product))


def natural(wanted, product):
    return 10 * np.log(share(wanted, product))


def with_the_mean(wanted, product):
    return 10 * np.log10(np.sum(wanted**2) / np.sum(product**2) / len(product))


def without_the_length(wanted, product):
    return 10 * np.log10(np.var(wanted) / np.var(product))


def of_the_samples(product, target):
    return np.cov(product, target)[0, 1] / np.var(product, ddof=1)


def neither_centred(product, target):
    return product @ target / (product @ product)


def target_alone(product, target):
    step = np.diff(target)
    return product[1:] @ step / (product[1:] @ product[1:])


def product_steps_alone(product, target):
    step = np.diff(product)
    return step @ target[1:] / (step @ step)


def inverse(product, target):
    return 1 / (np.diff(product) @ np.diff(target) / np.sum(np.diff(product) ** 2))


def ratio_of_spreads(product, target):
    return np.std(np.diff(target)) / np.std(np.diff(product)) + 0.01


def lessons_truth(product, target):
    return np.mean(contamination / product)


def all_samples(product, target):
    return np.diff(target) / np.diff(product)


WRONG = {
    "gains": (
        (without_a_constant, "a fit without a constant"),
        (one_by_one, "each witness on its own"),
        (with_the_constant, "shape (4,), but shape (3,) is asked"),
        (constant_first, "leave it out"),
        (correlations, "returns correlations"),
        (prediction, "shape (400,), but shape (3,) is asked"),
    ),
    "bilinear": (
        (product_alone, "shape (300, 1), but shape (300, 4) is asked"),
        (without_the_constant, "cannot make a constant"),
        (squares, "cannot make the product"),
        (no_second_witness, "cannot make the second witness"),
        (no_product, "cannot make the product"),
        (rows, "shape (4, 300)"),
    ),
    "expected_decibels": (
        (share, "the share itself"),
        (of_amplitudes, "a ratio of powers has 10"),
        (upside_down, "the wrong sign"),
        (natural, "that of base 10"),
        (with_the_mean, "its mean does no harm"),
        (without_the_length, "a share without N"),
    ),
    "whitened_gain": (
        (of_the_samples, "fit the differences of both"),
        (neither_centred, "without a constant: fit the differences"),
        (target_alone, "differences of the target on samples of the product"),
        (product_steps_alone, "differences of the product on samples of the target"),
        (inverse, "1 over the gain"),
        (ratio_of_spreads, "whose median error is"),
        (lessons_truth, "reads the variable `contamination`"),
        (all_samples, "shape (4999,), but shape () is asked"),
    ),
}
