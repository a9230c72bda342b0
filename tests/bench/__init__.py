"""Speed and size, measured and printed by `make bench`: never asserted, because machines differ."""
