"""Whether a person or agency meets each requirement on a date, computed from evidence and never typed in.

Nouns: requirement (with versions), evidence, claim (evidence entered by hand that waits for a second person), batch
(past evidence loaded together), waiver, verdict.
"""
