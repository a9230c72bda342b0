"""Scheduled jobs, and long work that somebody asked for."""

from datetime import timedelta

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.operations import actions, queries, rules
from portal.operations.forms import JobFilters
from portal.operations.views.blueprint import blueprint
from portal.people import queries as people
from portal.policy import Permission, allows
from portal.scheduler import JobRun, Run, RunState
from portal.tables import Column, Order, counted, export_links, exported, is_filtered, sliced
from portal.web import act, actor, is_partial, page, requires
from portal.worktime import duration_words

LATEST_JOBS = Order((JobRun.id,), descending=True)
LATEST_RUNS = Order((Run.id,), descending=True)

JOB_COLUMNS = (
    Column("Job", lambda run: rules.job_words(run.name)),
    Column("Result", lambda run: rules.run_look(run.done, run.failed).words),
    Column("Began", lambda run: run.started_at),
    Column("Ended", lambda run: run.ended_at),
    Column("Done", lambda run: run.done),
    Column("Failed", lambda run: run.failed),
    Column("Where it failed", lambda run: run.last_error),
)
RUN_COLUMNS = (
    Column("Work", lambda run: rules.run_kind_words(run.kind)),
    Column("State", lambda run: rules.RUN_LOOKS[run.state].words),
    Column("Asked for", lambda run: run.asked_at),
    Column("Ended", lambda run: run.ended_at),
    Column("Done", lambda run: run.done),
    Column("Of", lambda run: run.total),
    Column("Refused", lambda run: len(run.refused)),
)


def took(run: JobRun) -> str:
    """How long a job's run lasted, in words."""
    lasted = (run.ended_at - run.started_at) if run.ended_at else None
    if lasted is None:
        return "not ended"
    seconds = lasted / timedelta(seconds=1)
    return f"{seconds:.1f} s" if seconds < 60 else duration_words(lasted)


@blueprint.route("/settings/jobs")
@requires(Permission.JOB_READ)
def list_job_runs() -> ResponseReturnValue:
    filters = JobFilters.from_url()
    filters.offer(list(queries.job_names()))
    chosen = filters.chosen()
    found = queries.job_runs(str(chosen.get("name", "")), failed=bool(chosen.get("failed")))
    file = exported(found, LATEST_JOBS, JOB_COLUMNS, "scheduled-jobs")
    if file is not None:
        return file
    return page(
        "operations/list_job_runs.html",
        filters=filters,
        is_filtered=is_filtered(),
        runs=sliced(found, LATEST_JOBS),
        count=counted(found.with_only_columns(JobRun.id)),
        exports=export_links(),
        rules=rules,
        took=took,
    )


@blueprint.route("/settings/runs")
@requires(Permission.JOB_READ)
def list_runs() -> ResponseReturnValue:
    found = queries.runs()
    file = exported(found, LATEST_RUNS, RUN_COLUMNS, "long-work")
    if file is not None:
        return file
    runs = sliced(found, LATEST_RUNS)
    return page(
        "operations/list_runs.html",
        runs=runs,
        names=people.person_names(run.asked_by_id for run in runs.rows if run.asked_by_id),
        count=counted(found.with_only_columns(Run.id)),
        exports=export_links(),
        rules=rules,
    )


@blueprint.route("/settings/runs/<int:run_id>")
@requires(Permission.RUN_READ, on=queries.run)
def show_run(run: Run) -> ResponseReturnValue:
    """The whole page, or only its progress while the page is open."""
    names = people.person_names([run.asked_by_id] if run.asked_by_id else [])
    return page(
        "operations/_run_progress.html" if is_partial() else "operations/show_run.html",
        is_part=is_partial(),
        run=run,
        look=rules.RUN_LOOKS[run.state],
        title=rules.run_kind_words(run.kind),
        asked_by=names.get(run.asked_by_id or 0, "The portal"),
        is_going_on=run.state in (RunState.WAITING, RunState.RUNNING),
        may_list=allows(actor(), Permission.JOB_READ),
    )


@blueprint.route("/settings/runs/<int:run_id>/cancel", methods=["POST"])
@requires(Permission.RUN_READ, on=queries.run)
def cancel_run(run: Run) -> ResponseReturnValue:
    actions.cancel_run(act(), run)
    flash("It stops at its next step. What is done stays done.", "good")
    return redirect(url_for("operations.show_run", run_id=run.id))
