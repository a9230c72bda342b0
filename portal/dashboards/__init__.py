"""What each role sees first, results by numbers, and the search over everything.

Nothing is kept here: a dashboard only reads what other packages know, in a constant number of queries.
"""
