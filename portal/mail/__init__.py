"""Mail in and out: what arrives is understood here, what leaves is kept and sent here.

A *raw message* is the bytes a server handed over. *Parsing* turns it into facts without ever failing; the *visible
reply* is what the writer newly wrote; a *robot* is a sender that must never be answered by machine; a *bounce* is a
delivery report about something we sent.
"""
