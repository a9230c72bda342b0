"""Signing in, asking for a link, choosing a password."""

from wtforms import HiddenField, PasswordField, StringField

from portal.forms import Form
from portal.people.forms.fields import required
from portal.people.rules import PASSWORD_LENGTH

PASSWORD_HINT = (
    f"{PASSWORD_LENGTH[0]} to {PASSWORD_LENGTH[1]} characters. "
    "Four or five unrelated words are easy to remember and hard to guess."
)
WRONG = "The e-mail address or the password is not right."
WAIT = "There were many tries in a short time. Wait 15 minutes, or have a link mailed to you: it works at once."


class SignInForm(Form):
    email = StringField("E-mail address", [required("Type your e-mail address.")])
    password = PasswordField("Password", [required("Type your password.")])
    kept = HiddenField()
    """What was typed when an earlier session was found ended, sealed."""
    lost_files = HiddenField()

    answer = 0

    def say(self, answer: int, sentence: str) -> None:
        """Answer with this status and sentence, the same for known and unknown addresses."""
        self.answer = answer
        self.form_errors.append(sentence)

    @property
    def status(self) -> int:
        return self.answer or super().status


class AskLinkForm(Form):
    email = StringField("E-mail address", [required("Type your e-mail address.")])


class UseLinkForm(Form):
    password = PasswordField("New password", [required("Choose a password.")], description=PASSWORD_HINT)


class ChangePasswordForm(Form):
    current_password = PasswordField("Current password", [required("Type your current password.")])
    password = PasswordField("New password", [required("Choose a new password.")], description=PASSWORD_HINT)


class PressForm(Form):
    """A page that only asks: do it?"""
