"""The frequency of a tone in a recording, by every estimator: `dspvnn estimate FILE`."""
