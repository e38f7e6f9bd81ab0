"""A noise witness: the contamination of a record predicted from two witnesses."""
