"""Who people are and where they work.

Organization: the HMIS Lead, a CoC, an agency, a vendor, a partner. Project: a program of an agency in HMIS. Person:
someone the portal knows, with or without a way to sign in. Role: what a person may do, held at one organization, from a
date until a date. Session: one signed-in browser. Mailed link: an invitation or a reset, used up once.
"""
