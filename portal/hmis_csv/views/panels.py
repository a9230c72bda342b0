"""What exports tell on the pages of agencies."""

from flask import render_template
from markupsafe import Markup

from portal.hmis_csv import queries
from portal.hmis_csv.rules.months import Verdict
from portal.people.models import Organization
from portal.people.rules import OrganizationKind
from portal.policy import Permission, allows
from portal.web import actor


def consistency_reasons(organization: Organization) -> Markup | None:
    """How an agency enters data: from which export that is known, and the projects that need somebody."""
    if organization.kind is not OrganizationKind.AGENCY or not allows(
        actor(), Permission.COMPLIANCE_READ, organization
    ):
        return None
    export = queries.measured_export()
    window = queries.window_of(export) if export else None
    projects = queries.project_months(export, organization) if export else {}
    months = window.whole_months if window else ()
    needing = [
        (name, [one for one in held if one.month in months and one.verdict in NEEDING])
        for (name, _), held in projects.items()
    ]
    return Markup(  # noqa: S704  # a template of our own, which escapes
        render_template(
            "hmis_csv/_reasons.html",
            organization=organization,
            export=export if projects else None,
            needing=[(name, held) for name, held in needing if held],
        )
    )


NEEDING = (Verdict.SILENT, Verdict.LATE, Verdict.BATCH)


def organization_panel(organization: Organization) -> Markup | None:
    """The same with a heading, at the side of an agency's page."""
    told = consistency_reasons(organization)
    return Markup(render_template("hmis_csv/_panel.html", told=told)) if told else None  # noqa: S704  # as above
