"""Headers, character sets, encodings and bodies."""

from tests.mail.samples import HEAD, Sample, b64, mail, mixed, pdf, pieces, winmail

PLAIN = "Content-Type: text/plain; charset=utf-8\n\n"
HTML = "Content-Type: text/html; charset=utf-8\n\n"

HEADERS: dict[str, Sample] = {
    "a plain letter": (
        mail(
            "Subject: Login",
            "Message-ID: <1@example.org>",
            "In-Reply-To: <0@example.org>",
            "References: <a@example.org>\n <0@example.org>",
            "Cc: Kim <kim@example.org>, lee@example.org",
        ),
        {
            "subject": "Login",
            "from_address": "dana@example.org",
            "from_name": "Dana Reed",
            "to": ["help@example.org"],
            "cc": ["kim@example.org", "lee@example.org"],
            "message_id": "<1@example.org>",
            "in_reply_to": "<0@example.org>",
            "references": ["<a@example.org>", "<0@example.org>"],
            "date": "2026-11-03T10:12:00-06:00",
            "body_text": "Hello",
            "visible_reply": "Hello",
            "attachments": [],
            "is_auto_reply": False,
            "is_bounce": False,
            "problems": [],
        },
    ),
    "CRLF line ends": (
        mail("Subject: Login", body="one\ntwo").replace(b"\n", b"\r\n"),
        {"subject": "Login", "body_text": "one\ntwo"},
    ),
    "lone CR line ends": (
        mail("Subject: Login", body="one\ntwo").replace(b"\n", b"\r"),
        {"subject": "Login", "body_text": "one\ntwo"},
    ),
    "an mbox line first": (
        b"From dana@example.org Tue Nov  3 10:12:00 2026\n" + mail("Subject: Login"),
        {
            "subject": "Login",
            "from_address": "dana@example.org",
            "problems": ["A mailbox separator line stood before the headers and was dropped."],
        },
    ),
    "blank lines and a byte order mark first": (b"\xef\xbb\xbf\r\n\n" + mail("Subject: Login"), {"subject": "Login"}),
    "a stray line among the headers": (
        mail("Subject: The report for", "Harbor House", "Message-ID: <1@example.org>"),
        {"subject": "The report for Harbor House", "message_id": "<1@example.org>", "body_text": "Hello"},
    ),
    "a stray line as the last header": (
        mail("Subject: The report for", "Harbor House"),
        {"subject": "The report for Harbor House", "body_text": "Hello"},
    ),
    "no empty line before the body": (
        HEAD + b"Subject: Login\nI cannot log in.\nPlease help.\n",
        {"subject": "Login", "body_text": "I cannot log in.\nPlease help."},
    ),
    "no headers at all": (
        b"I cannot log in.\nNote: it worked on Monday.\n\nDana",
        {
            "subject": "",
            "from_address": "",
            "body_text": "I cannot log in.\nNote: it worked on Monday.\n\nDana",
            "date": None,
        },
    ),
    "no body": (HEAD + b"Subject: Login", {"subject": "Login", "body_text": ""}),
    "nothing": (
        b"",
        {
            "subject": "",
            "body_text": "",
            "visible_reply": "",
            "date": None,
            "problems": ["The message names no sender."],
        },
    ),
    "a folded subject": (mail("Subject: a long\n\tsubject"), {"subject": "a long subject"}),
    "a subject in Base64": (mail("Subject: =?UTF-8?B?TcOhcyBheXVkYQ==?="), {"subject": "Más ayuda"}),
    "a subject cut inside a letter": (
        mail("Subject: =?utf-8?Q?Se=C3?= =?utf-8?Q?=B1ora?="),
        {"subject": "Señora"},
    ),
    "encoded words beside plain ones": (
        mail("Subject: Re: =?iso-8859-1?q?caf=E9?= at noon"),
        {"subject": "Re: café at noon"},
    ),
    "an encoded word with a language": (mail("Subject: =?utf-8*en?q?Hi?="), {"subject": "Hi"}),
    "an encoded word with spaces inside": (mail("Subject: =?utf-8?q?all is well?="), {"subject": "all is well"}),
    "a Base64 word without its padding": (mail("Subject: =?utf-8?b?SGk?="), {"subject": "Hi"}),
    "an encoded newline and a header behind it": (
        mail("Subject: =?utf-8?q?Hi=0D=0ABcc:_kim@example.org?="),
        {"subject": "Hi Bcc: kim@example.org", "cc": []},
    ),
    "raw UTF-8 in a subject": (mail("Subject: Más ayuda"), {"subject": "Más ayuda"}),
    "raw Latin-1 in a subject": (mail("Subject: Más".encode("latin-1")), {"subject": "Más"}),
    "raw Cyrillic in the character set of the body": (
        mail(
            "Subject: Помощь".encode("koi8-r"),
            "Content-Type: text/plain; charset=koi8-r",
            body="Привет".encode("koi8-r"),
        ),
        {"subject": "Помощь", "body_text": "Привет"},
    ),
    "an unknown character set in a subject": (mail("Subject: =?x-nowhere?q?caf=C3=A9?="), {"subject": "café"}),
    "a direction override in a subject": (mail("Subject: a\u202egpj.exe"), {"subject": "agpj.exe"}),
    "NUL and control characters in a subject": (mail(b"Subject: a\x00b\x07c\x1b[0m"), {"subject": "abc[0m"}),
    "several From headers": (
        b"From: nobody\nFrom: Kim <kim@example.org>\n" + mail(),
        {
            "from_address": "kim@example.org",
            "from_name": "Kim",
            "problems": ["The message has several From headers; the first with an address is taken."],
        },
    ),
    "Sender where From has no address": (
        b"From: nobody\nSender: kim@example.org\n\nx",
        {"from_address": "kim@example.org"},
    ),
    "a quoted local part": (b'From: "dana reed"@example.org\n\nx', {"from_address": '"dana reed"@example.org'}),
    "a comment as the name": (
        b"From: dana@example.org (Dana (Intake) Reed)\n\nx",
        {"from_address": "dana@example.org", "from_name": "Dana (Intake) Reed"},
    ),
    "a comma in a quoted name": (b'From: "Reed, Dana" <dana@example.org>\n\nx', {"from_name": "Reed, Dana"}),
    "an encoded comma in a name": (
        b"From: =?utf-8?q?Reed=2C_Dana?= <dana@example.org>\n\nx",
        {"from_address": "dana@example.org", "from_name": "Reed, Dana"},
    ),
    "an encoded word in quotes": (b'From: "=?utf-8?b?SsO2cmc=?=" <j@example.org>\n\nx', {"from_name": "Jörg"}),
    "the whole From encoded": (
        b"From: =?utf-8?q?Dana_=3Cdana=40example.org=3E?=\n\nx",
        {"from_address": "dana@example.org", "from_name": "Dana"},
    ),
    "a quote that never closes": (
        b'From: "Dana <dana@example.org>\n\nx',
        {"from_address": "dana@example.org", "from_name": "Dana"},
    ),
    "a route and spaces in an address": (
        b"From: <@relay.example.com: dana @ example.org >\n\nx",
        {"from_address": "dana@example.org"},
    ),
    "a name that shows another address": (
        b'From: "kim@example.org" <x@example.com>\n\nx',
        {"from_address": "x@example.com", "flags": {"the sender's name shows another address"}},
    ),
    "group syntax": (
        (
            b"From: a@example.org\nTo: Staff: b@example.org, Kim <c@example.org>;, d@example.org\n"
            b"Cc: undisclosed-recipients:;\n\nx"
        ),
        {"to": ["b@example.org", "c@example.org", "d@example.org"], "cc": []},
    ),
    "envelope recipients": (
        (
            b"Delivered-To: help+t1.2@example.org\nX-Original-To: help@example.org\n"
            b"From: a@example.org\nTo: Help <help@example.org>\n\nx"
        ),
        {
            "recipients": ("help+t1.2@example.org", "help@example.org"),
            "delivered_to": ("help+t1.2@example.org", "help@example.org"),
        },
    ),
    "a message id without brackets": (mail("Message-ID: 1@example.org"), {"message_id": "<1@example.org>"}),
    "a message id among words": (
        mail('In-Reply-To: Your letter of Monday <1@example.org> "thanks"'),
        {"in_reply_to": "<1@example.org>"},
    ),
    "a date without zone": (
        b"From: a@example.org\nDate: Tue, 3 Nov 2026 10:12:00\n\nx",
        {"date": "2026-11-03T10:12:00+00:00"},
    ),
    "a date in ISO form": (
        b"From: a@example.org\nDate: 2026-11-03T10:12:00-06:00\n\nx",
        {"date": "2026-11-03T10:12:00-06:00"},
    ),
    "a date that is none": (
        b"From: a@example.org\nDate: yesterday\n\nx",
        {"date": None, "problems": ["The date of the message is missing or cannot be read."]},
    ),
    "a zone that cannot be": (b"From: a@example.org\nDate: Tue, 3 Nov 2026 10:12:00 +9999\n\nx", {"date": None}),
}

UU = "begin 644 notes.txt\n#0V%T\n`\nend\n"
FLOWED = "This is one \nline of text.\n> quoted \n> on\n-- \nDana"

BODIES: dict[str, Sample] = {
    "UTF-8 that says Latin-1": (
        mail("Content-Type: text/plain; charset=iso-8859-1", body="niño"),
        {"body_text": "niño"},
    ),
    "Latin-1 that says UTF-8": (
        mail("Content-Type: text/plain; charset=utf-8", body="niño".encode("latin-1")),
        {"body_text": "niño"},
    ),
    "Windows quotes that say Latin-1": (
        mail("Content-Type: text/plain; charset=iso-8859-1", body="“ok”".encode("cp1252")),
        {"body_text": "“ok”"},
    ),
    "GB18030 that says GB2312": (
        mail("Content-Type: text/plain; charset=gb2312", body="朱镕基".encode("gb18030")),
        {"body_text": "朱镕基"},
    ),
    "UTF-7": (mail("Content-Type: text/plain; charset=unicode-1-1-utf-7", body="caf+AOk-"), {"body_text": "café"}),
    "ISO-2022-JP without a label": (mail(body="日本".encode("iso2022_jp")), {"body_text": "日本"}),
    "an unknown character set": (
        mail("Content-Type: text/plain; charset=x-nowhere", body="niño".encode("latin-1")),
        {"body_text": "niño", "problems": ["The character set was missing or wrong and was guessed."]},
    ),
    "a codec that is no character set": (
        mail("Content-Type: text/plain; charset=punycode", body="niño"),
        {"body_text": "niño"},
    ),
    "quoted-printable": (
        mail("Content-Transfer-Encoding: quoted-printable", body="caf=C3=A9 is=\n open"),
        {"body_text": "café is open"},
    ),
    "broken quoted-printable": (
        mail("Content-Transfer-Encoding: quoted-printable", body="50=ZZ caf=C3=A9 ="),
        {"body_text": "50=ZZ café"},
    ),
    "Base64": (mail("Content-Transfer-Encoding: base64", body=b64("café".encode())), {"body_text": "café"}),
    "Base64 without padding, with strange characters": (
        mail("Content-Transfer-Encoding: base64", body="SGVsbG8*gd2\n9ybGQ"),
        {"body_text": "Hello world"},
    ),
    "Base64 with a footer in plain text": (
        mail("Content-Transfer-Encoding: base64", body="SGVsbG8=\n\n-- \nsent to the list by hand\n"),
        {"body_text": "Hello\n\n-- \nsent to the list by hand", "visible_reply": "Hello"},
    ),
    "plain text that says Base64": (
        mail("Content-Transfer-Encoding: base64", body="I cannot log in, please help me."),
        {"body_text": "I cannot log in, please help me."},
    ),
    "an encoding nobody knows": (mail("Content-Transfer-Encoding: utf-8", body="café"), {"body_text": "café"}),
    "a file uuencoded in the text": (
        mail(body=f"See notes.\n\n{UU}\nDana"),
        {"body_text": "See notes.\n\n\nDana", "attachments": [("notes.txt", "application/octet-stream", 3)]},
    ),
    "the word begin in a text": (
        mail(body="begin 644 years ago\nnothing\n"),
        {"body_text": "begin 644 years ago\nnothing", "attachments": []},
    ),
    "format=flowed": (
        mail("Content-Type: text/plain; format=flowed", body=FLOWED),
        {"body_text": "This is one line of text.\n> quoted on\n-- \nDana"},
    ),
    "format=flowed with delsp": (
        mail("Content-Type: text/plain; format=flowed; delsp=yes", body="over \nflow"),
        {"body_text": "overflow"},
    ),
    "control characters in a body": (mail(body=b"a\x00b\x1b[1mc\x85d\x0ce"), {"body_text": "ab[1mc…d\ne"}),
    "HTML alone": (
        mail("Content-Type: text/html", body="<p>Hello <b>Kim</b></p><p>Bye</p>"),
        {"body_text": "Hello Kim\n\nBye", "body_html": "<p>Hello <b>Kim</b></p><p>Bye</p>"},
    ),
    "HTML that names its character set inside": (
        mail("Content-Type: text/html", body='<meta charset="koi8-r"><p>Привет</p>'.encode("koi8-r")),
        {"body_text": "Привет"},
    ),
    "HTML with style, script and hidden text": (
        mail(
            "Content-Type: text/html",
            body="<head><title>t</title><style>p{}</style></head><div style='display:none'>pre"
            "<div>view</div></div><script>if(a<b)</script><p>Seen</p><!-- not -->",
        ),
        {"body_text": "Seen"},
    ),
    "HTML with links, lists and a table": (
        mail(
            "Content-Type: text/html",
            body='<a href="https://example.org/a">guide</a> <a href="https://example.org">example.org</a>'
            "<ul><li>one<li>two</ul><ol><li>x</ol><table><tr><td>A<td>B</tr><tr><td>1</td><td>2</td></tr></table>",
        ),
        {"body_text": "guide (https://example.org/a) example.org\n\n- one\n- two\n\n1. x\n\nA | B\n1 | 2"},
    ),
    "an HTML reply of Gmail": (
        mail(
            "Content-Type: text/html",
            body='<div dir="ltr">Yes</div><br><div class="gmail_quote"><div>On Tue, Nov 3, 2026 at 10:12 AM '
            'Help &lt;<a href="mailto:help@example.org">help@example.org</a>&gt; wrote:<br></div>'
            "<blockquote><p>Did it?</p></blockquote></div>",
        ),
        {"visible_reply": "Yes"},
    ),
    "both forms": (
        mixed(PLAIN + "Hello", HTML + "<p>Hello</p>", kind="alternative"),
        {"body_text": "Hello", "body_html": "<p>Hello</p>", "attachments": []},
    ),
    "an empty plain text beside HTML": (
        mixed(PLAIN + " \n", HTML + "<p>Hello</p>", kind="alternative"),
        {"body_text": "Hello"},
    ),
    "HTML that repeats the text in the wrong kind of multipart": (
        mixed(PLAIN + "Hello Kim", HTML + "<p>Hello Kim</p>"),
        {"body_text": "Hello Kim", "attachments": []},
    ),
    "text around a picture": (
        mixed(PLAIN + "Before", pdf('inline; filename="shot.png"', "image/png"), PLAIN + "After"),
        {"body_text": "Before\n\nAfter", "attachments": [("shot.png", "image/png", 5)]},
    ),
    "a picture inside HTML": (
        mixed(
            HTML + '<img src="cid:1" alt="Error 12">',
            "Content-ID: <1>\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\nJVBERi0=",
            kind="related",
        ),
        {"body_text": "[Error 12]", "attachments": [("image-1.png", "image/png", 5)]},
    ),
    "a boundary that is not named": (
        mail("Content-Type: multipart/mixed", body=pieces(PLAIN + "Hello", boundary="b1")),
        {"body_text": "Hello", "problems": ["The parts of the message could not be told apart by its own boundary."]},
    ),
    "a boundary that never comes": (
        mail("Content-Type: multipart/mixed; boundary=b1", body="Hello"),
        {
            "body_text": "Hello",
            "problems": [
                "The parts of the message could not be told apart by its own boundary.",
                "The text could not be told from the parts around it and is shown as it came.",
            ],
        },
    ),
    "a message cut off in an attachment": (
        mixed(PLAIN + "Hello", pdf("attachment; filename=a.pdf"))[:-8],
        {"body_text": "Hello", "attachments": [("a.pdf", "application/pdf", 5)]},
    ),
    "a lost continuation in the headers of a part": (
        mixed("Content-Type: text/plain;\ncharset=utf-8\nContent-Transfer-Encoding: base64\n\nSGVsbG8="),
        {"body_text": "Hello"},
    ),
    "a part without headers": (mixed("\nHello"), {"body_text": "Hello"}),
    "the footer of a mailing list": (
        mixed(
            "Content-Type: multipart/alternative; boundary=b2\n\n"
            + pieces(PLAIN + "Hello", HTML + "<p>Hello</p>", boundary="b2").decode(),
            PLAIN + "the list",
        ),
        {"body_text": "Hello\n\nthe list"},
    ),
    "a signed letter": (
        mixed(PLAIN + "Hello", pdf("attachment; filename=smime.p7s", "application/pkcs7-signature"), kind="signed"),
        {"body_text": "Hello", "attachments": [("smime.p7s", "application/pkcs7-signature", 5)], "flags": {"signed"}},
    ),
    "an encrypted letter": (
        mail(
            "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
            "Content-Transfer-Encoding: base64",
            body="JVBERi0=",
        ),
        {
            "body_text": "",
            "attachments": [("smime.p7m", "application/pkcs7-mime", 5)],
            "flags": {"encrypted"},
            "problems": ["The message is encrypted; only its sender can help."],
        },
    ),
    "an invitation": (
        mixed(
            PLAIN + "Join us",
            HTML + "<p>Join us</p>",
            "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nEND:VCALENDAR",
            kind="alternative",
        ),
        {"body_text": "Join us", "attachments": [("attachment-1.ics", "text/calendar", 29)], "flags": {"invitation"}},
    ),
    "an invitation alone": (
        mail(
            "Content-Type: text/calendar",
            body="BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Office hours\\, HMIS\nLOCATION:Room 2\nEND:VEVENT\n",
        ),
        {"body_text": "What: Office hours, HMIS\nWhere: Room 2"},
    ),
}

MESSAGE = "Content-Type: message/rfc822\n\nFrom: kim@example.org\nSubject: Inner\n\nInner text"

FILES: dict[str, Sample] = {
    "an attachment": (
        mixed(PLAIN + "See", pdf('attachment; filename="a b.pdf"')),
        {"body_text": "See", "attachments": [("a b.pdf", "application/pdf", 5)]},
    ),
    "a path in a name": (
        mixed(PLAIN + "See", pdf('attachment; filename="../../etc/passwd"')),
        {"attachments": [("passwd", "application/pdf", 5)]},
    ),
    "a Windows path in a name": (
        mixed(PLAIN + "See", pdf('attachment; filename="C:\\\\Users\\\\kim\\\\a.pdf"')),
        {"attachments": [("a.pdf", "application/pdf", 5)]},
    ),
    "a direction override in a name": (
        mixed(PLAIN + "See", pdf('attachment; filename="report\u202efdp.exe"')),
        {"attachments": [("reportfdp.exe", "application/pdf", 5)]},
    ),
    "a NUL and a newline in a name": (
        mixed(PLAIN + "See", pdf("attachment; filename*=utf-8''a%00b%0A.pdf")),
        {"attachments": [("ab .pdf", "application/pdf", 5)]},
    ),
    "only dots for a name": (
        mixed(PLAIN + "See", pdf('attachment; filename=".."')),
        {"attachments": [("attachment-1.pdf", "application/pdf", 5)]},
    ),
    "an RFC 2231 name": (
        mixed(PLAIN + "See", pdf("attachment; filename*=iso-8859-1'es'ni%F1o.pdf")),
        {"attachments": [("niño.pdf", "application/pdf", 5)]},
    ),
    "an RFC 2231 name in pieces": (
        mixed(PLAIN + "See", pdf("attachment; filename*0*=utf-8''caf%C3; filename*1*=%A9; filename*2=.pdf")),
        {"attachments": [("café.pdf", "application/pdf", 5)]},
    ),
    "an encoded word as a name": (
        mixed(PLAIN + "See", pdf('attachment; filename="=?utf-8?b?Y2Fmw6kucGRm?="')),
        {"attachments": [("café.pdf", "application/pdf", 5)]},
    ),
    "raw Latin-1 in a name": (
        mixed(PLAIN + "See", pdf('attachment; filename="niño.pdf"').encode("latin-1")),
        {"attachments": [("niño.pdf", "application/pdf", 5)]},
    ),
    "a name in the content type": (
        mixed(PLAIN + "See", "Content-Type: application/pdf; name=a.pdf\n\nx"),
        {"attachments": [("a.pdf", "application/pdf", 1)]},
    ),
    "a very long name": (
        mixed(PLAIN + "See", pdf(f'attachment; filename="{"a" * 500}.pdf"')),
        {"attachments": [("a" * 146 + ".pdf", "application/pdf", 5)]},
    ),
    "a text that is an attachment": (
        mixed(PLAIN + "See", "Content-Type: text/plain\nContent-Disposition: attachment; filename=log.txt\n\nerror"),
        {"body_text": "See", "attachments": [("log.txt", "text/plain", 5)]},
    ),
    "a text file with nothing said besides": (
        mixed("Content-Type: text/plain; name=note.txt\n\nPlease help"),
        {"body_text": "Please help", "attachments": [("note.txt", "text/plain", 11)]},
    ),
    "a content type that is none": (
        mixed(PLAIN + "See", "Content-Type: pdf\nContent-Disposition: attachment; filename=a.pdf\n\nx"),
        {"attachments": [("a.pdf", "text/plain", 1)]},
    ),
    "a message as an attachment": (
        mixed(PLAIN + "See", MESSAGE),
        {"subject": "", "body_text": "See", "attachments": [("message-1.eml", "message/rfc822", 48)]},
    ),
    "a message in Base64 as an attachment": (
        mixed(
            PLAIN + "See",
            "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + b64(b"Subject: Inner\n\nText"),
        ),
        {"attachments": [("message-1.eml", "message/rfc822", 20)]},
    ),
    "a message and nothing else": (
        mail("Content-Type: message/rfc822", body="Subject: Inner\n\nInner text"),
        {"body_text": "Inner text", "attachments": [("message-1.eml", "message/rfc822", 26)]},
    ),
    "winmail.dat": (
        mixed(
            "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
            + b64(
                winmail(
                    (1, 0x800C, 2, b"Hello from Outlook\x00"),
                    (2, 0x9002, 6, b"\x00" * 14),
                    (2, 0x8010, 1, b"plan.txt\x00"),
                    (2, 0x800F, 6, b"abc"),
                )
            )
        ),
        {"body_text": "Hello from Outlook", "attachments": [("plan.txt", "application/octet-stream", 3)]},
    ),
    "a broken winmail.dat": (
        mixed(PLAIN + "See", "Content-Type: application/ms-tnef; name=winmail.dat\n\nnothing"),
        {
            "body_text": "See",
            "attachments": [("winmail.dat", "application/ms-tnef", 7)],
            "problems": ["A winmail.dat file could not be read and is kept as it came."],
        },
    ),
}
