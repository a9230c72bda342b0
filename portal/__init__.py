"""The portal that HMIS Leads run their help desk and prove their governance with."""
