"""What a comparison leaves behind: rows of one tidy table, the names of their metrics, whole files."""
