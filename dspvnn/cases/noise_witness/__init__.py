"""The question of the noise and its witnesses: what was asked (original.toml), nets, yardsticks, lesson."""
