"""The comparison report and its command line: python -m dspvnn.report."""
