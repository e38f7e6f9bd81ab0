"""The question of the moving average: what was asked and answered (original.toml), nets, case, figure."""
