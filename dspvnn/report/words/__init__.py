"""What the rows say, in words: verdicts, advice, the gap of a net, the cases, the user's own estimators."""
