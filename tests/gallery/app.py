"""A small Flask app that shows the portal's templates without the portal. Run: python -m tests.gallery.app"""

import json
from types import SimpleNamespace

from flask import Flask, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from portal.settings import PACKAGE, data_dir
from portal.web import CONTENT_SECURITY_POLICY
from tests.gallery import samples
from tests.gallery.forms import QueueFilters, SignInForm, TicketForm, refused

PLACES = [
    ("Home", "home", "h"),
    ("Help desk", "ticket", "t"),
    ("People & licenses", "people", "p"),
    ("Agreements", "agreement", "a"),
    ("Training", "training", "r"),
    ("Vendor", "vendor", "v"),
    ("Settings", "settings", "s"),
]
CURRENT = {
    "work_list": "Help desk",
    "ticket": "Help desk",
    "form": "Help desk",
    "refused_form": "Help desk",
    "home": "Home",
}


def create_gallery() -> Flask:
    app = Flask("gallery", static_folder=str(PACKAGE / "static"))
    app.secret_key = "gallery"
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(PACKAGE.parent / "tests/gallery/templates"), FileSystemLoader(data_dir("templates"))]
    )
    CSRFProtect(app)
    built = json.loads((PACKAGE / "static/dist/manifest.json").read_text())
    app.jinja_env.globals["asset"] = lambda name: f"/static/dist/{built[name]}"
    app.context_processor(lambda: {"layout": layout()})
    app.after_request(_strict)
    for view in (
        index,
        home,
        work_list,
        empty_list,
        ticket,
        form,
        refused_form,
        sign_in,
        matrix,
        report,
        article,
        parts,
    ):
        app.add_url_rule(f"/{view.__name__.replace('_', '-')}" if view is not index else "/", view_func=view)
    app.add_url_rule("/<any(h, t, p, a, r, v, s):key>", endpoint="place", view_func=place)
    app.add_url_rule("/posted/<int:status>", view_func=posted, methods=["POST"])
    app.add_url_rule("/sign-out", endpoint="sign_out", view_func=lambda: "Signed out", methods=["POST"])
    app.add_url_rule("/swap", view_func=swap, methods=["GET", "POST"])
    return app


def _strict(response):
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response


def layout() -> SimpleNamespace:
    signed_in = request.endpoint not in ("sign_in", "article")
    person = SimpleNamespace(name="Dana Whitfield", role_words="HMIS Lead staff", agency="North Prairie HMIS Lead")
    here = CURRENT.get(request.endpoint or "", "")
    return SimpleNamespace(
        portal_name="North Prairie HMIS Desk",
        places=[
            SimpleNamespace(
                label=label, href=f"/{key}", icon=icon, key=key, current=label == here, count=12 if key == "t" else None
            )
            for label, icon, key in PLACES
        ],
        new_links=[
            {"label": "Ticket for a caller", "href": "/form", "icon": "ticket"},
            {"label": "Person", "href": "/", "icon": "person"},
        ],
        search_url="/work-list",
        person=person if signed_in else None,
        person_links=[{"label": "Your settings", "href": "/", "icon": "settings"}]
        if signed_in
        else [{"label": "Sign in", "href": "/sign-in"}],
        banner="This is a demo community. Everybody in it is invented.",
        sign_out_url="/sign-out",
        shortcuts_on=True,
        nav_label="Places",
    )


def index() -> ResponseReturnValue:
    return work_list()


def home() -> ResponseReturnValue:
    return render_template("home.html", needs=samples.NEEDS, recent=samples.HISTORY)


def place(key: str) -> ResponseReturnValue:
    """Where `g` and a letter lead."""
    return home() if key == "h" else empty_list()


def work_list() -> ResponseReturnValue:
    flash(Markup('Ticket HMIS-1042 is resolved. <a href="/undo">Undo</a>'), "good")
    filters = QueueFilters(request.args)
    return render_template("work_list.html", rows=samples.TICKETS, columns=samples.COLUMNS, filters=filters)


def empty_list() -> ResponseReturnValue:
    return render_template("work_list.html", rows=[], columns=samples.COLUMNS, filters=QueueFilters())


def ticket() -> ResponseReturnValue:
    return render_template("ticket.html", form=TicketForm(), history=samples.HISTORY)


def form() -> ResponseReturnValue:
    return render_template("form.html", form=TicketForm(agency="a2"))


def refused_form() -> ResponseReturnValue:
    return render_template("form.html", form=refused(TicketForm())), 422


def sign_in() -> ResponseReturnValue:
    return render_template("sign_in.html", form=SignInForm())


def matrix() -> ResponseReturnValue:
    return render_template("matrix.html", columns=samples.REQUIREMENTS, rows=samples.COMPLIANCE)


def report() -> ResponseReturnValue:
    return render_template("report.html", bars=samples.BARS, months=samples.MONTHS, series=samples.SERIES)


def article() -> ResponseReturnValue:
    return render_template("article.html")


def parts() -> ResponseReturnValue:
    return render_template("parts.html", needs=samples.NEEDS)


def swap() -> ResponseReturnValue:
    """What htmx puts into a page: a fragment with its own components."""
    return render_template("swap.html", form=TicketForm(agency="a3"))


def posted(status: int) -> ResponseReturnValue:
    return render_template("article.html"), status


if __name__ == "__main__":
    create_gallery().run(port=8123)
