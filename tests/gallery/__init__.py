"""Every macro in every state, with invented data, for the eye and for axe."""
