"""Mail by programs: what is never answered, and what reports about our own mail."""

from tests.mail.samples import Sample, mail, pieces

OURS = "Message-ID: <t.1@example.org>\nSubject: Ticket\n\nHello"
STATUS = (
    "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\n"
    "Final-Recipient: rfc822; kim@example.com\nAction: {action}\nStatus: {status}\n"
    "Diagnostic-Code: smtp; 550 5.1.1 no such\n user\n"
)
WORDS = "Content-Type: text/plain\n\nYour message could not be delivered."


def report(kind: str, *parts: str) -> bytes:
    return (
        b"From: Mail Delivery System <mailer-daemon@example.com>\nReturn-Path: <>\nAuto-Submitted: auto-replied\n"
        b"Content-Type: multipart/report; report-type="
        + kind.encode()
        + b"; boundary=b1\n\n"
        + pieces(*parts, boundary="b1")
    )


def automatic(*fields: str) -> Sample:
    return mail(*fields), {"is_auto_reply": True, "is_bounce": False}


def personal(*fields: str) -> Sample:
    return mail(*fields), {"is_auto_reply": False, "is_bounce": False}


def sent_by(sender: str, *, automatic: bool) -> Sample:
    return f"From: {sender}\n\nHello".encode(), {"is_auto_reply": automatic, "is_bounce": False}


MACHINES: dict[str, Sample] = {
    "a vacation notice": automatic("Auto-Submitted: auto-replied"),
    "a vacation notice with a comment": automatic("Auto-Submitted: (by sieve) Auto-Replied (vacation); x=1"),
    "mail that says it is not automatic": personal("Auto-Submitted: No"),
    "mail that says so with a comment": personal("Auto-Submitted: no (by hand)"),
    "bulk mail": automatic("Precedence: Bulk"),
    "the second of two Precedence headers": automatic("Precedence: first-class", "Precedence: list"),
    "junk": automatic("Precedence: junk"),
    "an auto_reply precedence": automatic("Precedence: auto_reply"),
    "first class mail": personal("Precedence: first-class"),
    "a mailing list": (mail("List-Id: <users.example.org>"), {"is_auto_reply": True, "flags": {"mailing list"}}),
    "an answer suppressed by Exchange": automatic("X-Auto-Response-Suppress: DR, OOF, AutoReply"),
    "everything suppressed by Exchange": automatic("X-Auto-Response-Suppress: all"),
    "ordinary Exchange mail": personal("X-Auto-Response-Suppress: DR, RN, NRN"),
    "X-Autoreply": automatic("X-Autoreply: yes"),
    "X-Autorespond": automatic("X-Autorespond:"),
    "a null sender": automatic("Return-Path: <>"),
    "a null sender with a space": automatic("Return-Path: < >"),
    "an ordinary sender": personal("Return-Path: <dana@example.org>"),
    "our own loop header": automatic("X-HMIS-Loop: abc"),
    "our own domain in the message id": (mail("Message-ID: <1@desk.example.net>"), {"is_auto_reply": True}),
    "our own address": sent_by("Desk <Desk@Desk.example.net>", automatic=True),
    "no-reply": sent_by("no-reply@example.com", automatic=True),
    "noreply with more": sent_by("noreply-tickets@example.com", automatic=True),
    "do not reply": sent_by("do_not_reply@example.com", automatic=True),
    "postmaster": sent_by("postmaster@example.com", automatic=True),
    "a daemon without a domain": sent_by("MAILER-DAEMON", automatic=True),
    "a person whose name begins alike": sent_by("nora.plyer@example.com", automatic=False),
    "a delivery report": (
        report(
            "delivery-status",
            WORDS,
            STATUS.format(action="failed", status="5.1.1"),
            f"Content-Type: message/rfc822\n\n{OURS}",
        ),
        {
            "is_auto_reply": True,
            "is_bounce": True,
            "bounce": (("<t.1@example.org>",), "failed", "5.1.1", "kim@example.com"),
            "body_text": "Your message could not be delivered.",
        },
    ),
    "a delivery report with the headers only": (
        report(
            "delivery-status",
            WORDS,
            STATUS.format(action="failed", status="5.7.1"),
            f"Content-Type: text/rfc822-headers\n\n{OURS}",
        ),
        {"is_bounce": True, "bounce": (("<t.1@example.org>",), "failed", "5.7.1", "kim@example.com")},
    ),
    "a delayed delivery": (
        report("delivery-status", WORDS, STATUS.format(action="delayed", status="4.4.1")),
        {"is_bounce": True, "bounce": ((), "delayed", "4.4.1", "kim@example.com")},
    ),
    "a delivery report in a plain multipart": (
        report("delivery-status", WORDS, STATUS.format(action="failed", status="5.1.1")).replace(
            b"multipart/report", b"multipart/mixed"
        ),
        {"is_bounce": True, "is_auto_reply": True},
    ),
    "a delivery report in German": (
        report(
            "delivery-status",
            "Content-Type: text/plain\n\nUnzustellbar",
            STATUS.format(action="failed", status="5.2.2"),
        ),
        {"is_bounce": True, "bounce": ((), "failed", "5.2.2", "kim@example.com")},
    ),
    "a read receipt": (
        report(
            "disposition-notification",
            WORDS,
            "Content-Type: message/disposition-notification\n\nDisposition: manual-action; displayed\n",
        ),
        {"is_auto_reply": True, "is_bounce": False, "flags": {"read receipt"}},
    ),
    "an abuse report": (
        report("feedback-report", WORDS, "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n"),
        {"is_auto_reply": True, "is_bounce": False, "flags": {"abuse report"}},
    ),
    "qmail": (
        b"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.com\nSubject: failure notice\n\n"
        b"Hi. This is the qmail-send program at mx.example.com.\n\n<kim@example.com>:\nNo mailbox here. (#5.1.1)\n\n"
        b"--- Below this line is a copy of the message.\n\nReturn-Path: <help@example.org>\n" + OURS.encode(),
        {
            "is_auto_reply": True,
            "is_bounce": True,
            "bounce": (("<t.1@example.org>",), "failed", "5.1.1", "kim@example.com"),
        },
    ),
    "Exim": (
        b"From: Mail Delivery System <Mailer-Daemon@mx.example.com>\nX-Failed-Recipients: kim@example.com\n"
        b"Auto-Submitted: auto-replied\nSubject: Mail delivery failed\n\nkim@example.com\n  550 unrouteable\n\n"
        + OURS.encode(),
        {"is_auto_reply": True, "is_bounce": True, "bounce": (("<t.1@example.org>",), "failed", "", "kim@example.com")},
    ),
    "old Exchange": (
        b"From: MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.com\nSubject: Undeliverable: Ticket\n"
        b"Content-Type: multipart/mixed; boundary=b1\n\n"
        + pieces(
            "Content-Type: text/plain\n\nkim@example.com\n#550 5.4.1 denied ##",
            f"Content-Type: message/rfc822\n\n{OURS}",
            boundary="b1",
        ),
        {
            "is_auto_reply": True,
            "is_bounce": True,
            "bounce": (("<t.1@example.org>",), "failed", "5.4.1", "kim@example.com"),
        },
    ),
    "a vacation notice with the null sender": (
        mail("Return-Path: <>", "Auto-Submitted: auto-replied", body="I am away until 11/9. For 911 call 5.0."),
        {"is_auto_reply": True, "is_bounce": False},
    ),
    "a postmaster who writes": (
        b"From: postmaster@example.com\n\nCould you add our domain?",
        {"is_auto_reply": True, "is_bounce": False},
    ),
    "a delivery report passed on by a person": (
        mail(
            "Content-Type: multipart/mixed; boundary=b1",
            body=pieces(WORDS, STATUS.format(action="failed", status="5.1.1"), boundary="b1"),
        ),
        {"is_auto_reply": False, "is_bounce": False},
    ),
    "a delivery report attached by a person": (
        mail(
            "Content-Type: multipart/mixed; boundary=b0",
            body=pieces(
                WORDS,
                b"Content-Type: message/rfc822\n\n"
                + report("delivery-status", WORDS, STATUS.format(action="failed", status="5.1.1")),
                boundary="b0",
            ),
        ),
        {"is_auto_reply": False, "is_bounce": False},
    ),
}
