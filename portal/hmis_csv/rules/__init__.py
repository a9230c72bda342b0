"""The format, its dates and rows, what an export would change, what its activity says. No export is opened here."""
