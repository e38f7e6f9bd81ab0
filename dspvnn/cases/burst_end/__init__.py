"""The question of the burst: what was asked and answered (original.toml), nets, case, figure."""
