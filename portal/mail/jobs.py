"""The timetable of the mail room."""

from datetime import timedelta

from portal.mail import deliver, fetch, mailbox, retention
from portal.scheduler import Job

JOBS = (
    Job("mail.deliver", timedelta(seconds=5), deliver.find, deliver.post, "sends the letters that are due"),
    Job("mail.fetch", timedelta(seconds=30), mailbox.find, mailbox.receive, "stores what arrived in the mailbox"),
    Job(
        "mail.purge",
        timedelta(hours=1),
        fetch.purge_due,
        fetch.purge_raw,
        "removes raw mail after 90 days, with client data after 72 hours",
    ),
    Job(
        "mail.empty_letters",
        timedelta(hours=1),
        retention.find,
        retention.empty,
        "empties the text of letters that have been kept as long as was chosen",
    ),
)
