"""The vendor's HMIS CSV export: its roster files, and of its activity only dates, counted and let go."""
