"""The question of a sine's frequency: what was asked and answered (original.toml), nets, lesson, figure."""
