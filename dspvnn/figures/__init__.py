"""Figures: rows in, a matplotlib figure out. No estimator is run here."""
