"""The demo community: invented organizations, people and 18 months of tickets, made by the packages' own actions.

Letters of a demo go to its mailbox page instead of the world; an answer written there comes back as real mail.
"""
