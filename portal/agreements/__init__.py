"""Agreements: what is signed, by whom with which power to bind, what proves it, and for how long it holds.

Nouns: kind, clause, version, agreement, party, signer, evidence of signing, certificate page, term, notice.
"""
