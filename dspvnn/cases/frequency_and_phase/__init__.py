"""Frequency and phase of a sine: the question as it was posed, and posed again so that it has an answer."""
