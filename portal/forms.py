"""The base of every form: Flask-WTF with CSRF, one token against double posting, and one way to be refused."""

import re
import secrets
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from flask import request
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import HiddenField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # the stubs lag behind WTForms 3.3
from wtforms.widgets import Select, html_params

from portal.db import db
from portal.errors import Refused


def choices(pairs: Sequence[tuple[Any, str]], first: str | None = None) -> list[SelectChoice]:
    """With an empty first choice, where one may choose nothing."""
    empty = [SelectChoice("", first)] if first is not None else []
    return empty + [SelectChoice(str(value), words) for value, words in pairs]


_NOT_FACTS = frozenset({"csrf_token", "once"})


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def plain(typed: str) -> str:
    """Without control characters, which no database keeps alike; line breaks and tabs stay."""
    return _CONTROL.sub("", typed)


def readable(typed: "MultiDict[str, str]") -> "MultiDict[str, str]":
    return MultiDict((name, plain(value)) for name, value in typed.items(multi=True))


class _PlainSelect(Select):
    """What WTForms writes, for choices without groups and attributes of their own: those of a list of work, by the
    dozen. Its way, made for any choice, takes longer than the query that found them."""

    def __call__(self, field: Any, **attributes: Any) -> Markup:
        choices: Sequence[SelectChoice] = field.choices or ()
        if any(choice.optgroup is not None or choice.render_kw for choice in choices):
            return super().__call__(field, **attributes)
        attributes.setdefault("id", field.id)
        for flag in self.validation_attrs:
            if getattr(field.flags, flag):
                attributes.setdefault(flag, True)
        options = "".join(_option(choice, field.coerce(choice.value) == field.data) for choice in choices)
        return Markup(f"<select {html_params(name=field.name, **attributes)}>{options}</select>")  # noqa: S704 - escaped


def _option(choice: SelectChoice, is_selected: bool) -> str:
    selected = "selected " if is_selected else ""
    return f'<option {selected}value="{escape(choice.value)}">{escape(choice.label or choice.value)}</option>'


_PLAIN_SELECT = _PlainSelect()


class _Base(FlaskForm):
    class Meta(FlaskForm.Meta):
        def render_field(self, field: Any, render_kw: Mapping[str, Any]) -> Markup:
            if type(field.widget) is Select and not field.widget.multiple:
                field.widget = _PLAIN_SELECT
            shown: Markup = super().render_field(field, dict(render_kw))
            return shown


class Form(_Base):
    once = HiddenField(default=lambda: secrets.token_urlsafe(18))

    refused = False

    @classmethod
    def from_request(cls, **defaults: Any) -> Self:
        """The form as it was posted, or with these defaults when the page is only opened."""
        if request.method in ("POST", "PUT", "PATCH", "DELETE"):
            return cls(CombinedMultiDict((request.files, readable(request.form))), **defaults)
        return cls(None, **defaults)

    def submitted(self) -> bool:
        """Was it posted, and is it well filled in? If not, `errors` says why and the page is shown again."""
        return bool(self.validate_on_submit())

    def facts(self) -> dict[str, Any]:
        """The fields by name, as keyword arguments for an action."""
        return {name: value for name, value in self.data.items() if name not in _NOT_FACTS}

    def refusing(self) -> "Refusing":
        """`with form.refusing(): …` turns a Refused into a sentence above the form, with everything typed kept."""
        return Refusing(self)

    def refuse(self, sentence: str, field: str | None = None) -> None:
        """Say no after the fields were checked: above the form, or at one field."""
        self.refused = True
        if field is None:
            self.form_errors.append(sentence)
        else:
            held = self[field]
            held.errors = [*held.errors, sentence]

    @property
    def status(self) -> int:
        if self.refused:
            return 409
        return 422 if self.is_submitted() and self.errors else 200


class Refusing:
    def __init__(self, form: Form) -> None:
        self.form = form

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, refusal: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        if not isinstance(refusal, Refused):
            return False
        db.session.rollback()
        self.form.refuse(refusal.sentence)
        return True


class FilterForm(_Base):
    """Filters of a list: read from the URL, no CSRF, never refused; what cannot be read is ignored."""

    class Meta:
        csrf = False

    @classmethod
    def from_url(cls, **defaults: Any) -> Self:
        return cls(readable(request.args), **defaults)

    def chosen(self) -> Mapping[str, Any]:
        self.validate()
        return {name: field.data for name, field in self._fields.items() if field.data and not field.errors}
