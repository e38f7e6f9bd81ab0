"""Measurements: each one turns estimators and signals into rows of results."""
