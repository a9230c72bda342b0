"""How the installation runs: its health, letters, incoming mail, scheduled work, long work, and the audit trail."""
