"""dspvnn: classical signal processing against neural networks, on the same signals, beside exact limits.

`dspvnn.tasks` draws signals and scores estimates, `dspvnn.limits` knows the best possible score,
`dspvnn.measure.compare` runs estimators side by side, `dspvnn.report` makes the PDF. Estimators live in the
packages `baselines` and `neural`.
"""
