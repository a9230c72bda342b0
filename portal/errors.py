"""How the portal says no."""


class Refused(Exception):
    """A rule forbids what was asked. The message is a sentence for the person who asked: what, why, how to mend."""

    @property
    def sentence(self) -> str:
        return str(self)
