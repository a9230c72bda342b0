"""The visible reply, held against invented mails of the programs that people use."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.mail.visible import visible_reply

ON = "On Tue, Nov 3, 2026 at 10:12 AM HMIS Help Desk <help@example.org> wrote:"
OUTLOOK = (
    "From: HMIS Help Desk <help@example.org>\nSent: Tuesday, November 3, 2026 10:12 AM\n"
    "To: Dana Reed <dana@example.org>\nSubject: RE: Login\n\nWe reset your license."
)
FORWARD = (
    "---------- Forwarded message ---------\nFrom: Kim Vale <kim@example.org>\nDate: Tue, Nov 3, 2026\n"
    "Subject: Report\nTo: Dana Reed\n\nThe APR counts nobody."
)
LONG = "Part two goes on and on, in one long line that no signature of any person in any agency would ever have."

CASES = {
    # Attributions
    "Gmail": (f"It works now.\n\n{ON}\n\n> Did it help?\n> Best\n", "It works now."),
    "Gmail, wrapped in the address": (
        "Yes.\n\nOn Tue, Nov 3, 2026 at 10:12 AM HMIS Help Desk <\nhelp@example.org> wrote:\n\n> Did it?\n",
        "Yes.",
    ),
    "Gmail, wrapped over three lines": (
        "Yes.\n\nOn Tue, Nov 3, 2026 at 10:12 AM HMIS Help Desk\n<help@example.org>\nwrote:\n\n> Did it?\n",
        "Yes.",
    ),
    "a blank line between attribution and quote": (f"Yes.\n{ON}\n\n\n> Did it?\n", "Yes."),
    "an attribution of old Gmail": ("Yes.\n\n2026-11-03 10:12 GMT-05:00 Help <help@example.org>:\n\n> q\n", "Yes."),
    "Apple Mail without quote marks": (
        "Yes.\n\nOn Nov 3, 2026, at 10:12 AM, Help <help@example.org> wrote:\n\nDid it?\n",
        "Yes.",
    ),
    "an attribution with a name but no address": (
        "Yes.\n\nOn Tue, Nov 3, 2026 at 10:12 AM, HMIS Help Desk wrote:\n\nDid it?\n",
        "Yes.",
    ),
    "Yahoo": (
        "Yes.\n\n    On Tuesday, November 3, 2026 at 10:12:00 AM CST, Help <help@example.org> wrote:  \n \n Did it?",
        "Yes.",
    ),
    "Spanish": ("Ya.\n\nEl mar, 3 nov 2026 a las 10:12, Mesa (<help@example.org>)\nescribió:\n\n> Hola\n", "Ya."),
    "French": ("Merci.\n\nLe mar. 3 nov. 2026 à 10:12, Aide <help@example.org> a écrit :\n\n> Ça va\n", "Merci."),
    "German": ("Danke.\n\nAm Di., 3. Nov. 2026 um 10:12 Uhr schrieb Hilfe <help@example.org>:\n\n> Gut\n", "Danke."),
    "German, unquoted": ("Danke.\n\nAm 03.11.2026 um 10:12 schrieb Hilfe <help@example.org>:\n\nGut?\n", "Danke."),
    "Portuguese": (
        "Já.\n\nEm ter., 3 de nov. de 2026 às 10:12, Ajuda <help@example.org> escreveu:\n> Oi",
        "Já.",
    ),
    "Dutch": ("Fijn.\n\nOp di 3 nov 2026 om 10:12 schreef Hulp <help@example.org>:\n> Hoi", "Fijn."),
    "Italian": (
        "Sì.\n\nIl giorno mar 3 nov 2026 alle ore 10:12 Aiuto <help@example.org> ha\nscritto:\n> Ciao",
        "Sì.",
    ),
    "a name alone before a quote": ("Yes.\n\nJane Doe wrote:\n> Did it?", "Yes."),
    "only the last of two lines that begin with On": (
        "On your side it may work.\nHere it fails.\n\nOn 9 Jan 2026, at 2:47, Help <help@example.org> wrote:\n\n> q\n",
        "On your side it may work.\nHere it fails.",
    ),
    "text right above an attribution": (f"On Tuesday I tried it.\n{ON}\n> q\n", "On Tuesday I tried it."),
    # Header blocks and separators
    "Outlook": (f"Done.\n\n{OUTLOOK}", "Done."),
    "Outlook with a rule": (f"Done.\n\n{'_' * 32}\n{OUTLOOK}", "Done."),
    "Outlook in bold": (
        "Done.\n\n*From:* Help <help@example.org>\n*Sent:* Tuesday\n*To:* Dana\n*Subject:* Login\n\nOld",
        "Done.",
    ),
    "Outlook, a recipient list over two lines": (
        (
            "Done.\n\nFrom: Help <help@example.org>\nSent: Tuesday\nTo: Dana Reed <dana@example.org>;\n"
            " Kim Vale <kim@example.org>\nSubject: Login\n\nOld"
        ),
        "Done.",
    ),
    "Outlook in Spanish": (
        "Listo.\n\nDe: Mesa <help@example.org>\nEnviado el: martes\nPara: Dana\nAsunto: Acceso\n\nViejo",
        "Listo.",
    ),
    "Outlook in German": (
        "Fertig.\n\nVon: Hilfe <help@example.org>\nGesendet: Dienstag\nAn: Dana\nBetreff: Zugang\n\nAlt",
        "Fertig.",
    ),
    "Outlook in French": (
        "Fait.\n\nDe : Aide <help@example.org>\nEnvoyé : mardi\nÀ : Dana\nObjet : Accès\n\nVieux",
        "Fait.",
    ),
    "Outlook in Portuguese": (
        "Pronto.\n\nDe: Ajuda <help@example.org>\nEnviada em: terça\nPara: Dana\nAssunto: Acesso\n\nVelho",
        "Pronto.",
    ),
    "Outlook in Dutch": (
        "Klaar.\n\nVan: Hulp <help@example.org>\nVerzonden: dinsdag\nAan: Dana\nOnderwerp: Toegang\n\nOud",
        "Klaar.",
    ),
    "Outlook in Italian": (
        "Fatto.\n\nDa: Aiuto <help@example.org>\nInviato: martedì\nA: Dana\nOggetto: Accesso\n\nVecchio",
        "Fatto.",
    ),
    "Hotmail, subject first": (
        "Yes.\n\nSubject: Login\nFrom: help@example.org\nTo: dana@example.org\nDate: Tue, 3 Nov 2026\n\nOld",
        "Yes.",
    ),
    "Original Message": ("Done.\n\n-----Original Message-----\nFrom: Help\nOld", "Done."),
    "Original Message in Spanish": ("Listo.\n\n-----Mensaje original-----\nDe: Mesa\nViejo", "Listo."),
    "Original Message in German": ("Fertig.\n\n-----Ursprüngliche Nachricht-----\nVon: Hilfe\nAlt", "Fertig."),
    "Samsung": (
        (
            "ok\n\n\nSent from my Galaxy\n\n\n-------- Original message --------\nFrom: Help <help@example.org>\n"
            "Date: 11/3/26 10:12 AM (GMT-06:00)\nTo: Dana\nSubject: Login\nOld"
        ),
        "ok",
    ),
    "Samsung in one line": ("ok\n-------- Original message --------From: Help Date: 11/3/26 To: Dana\nOld", "ok"),
    # Inline and bottom
    "inline answers with their questions": (
        f"{ON}\n> Which report?\n\nThe APR.\n\n> Which project?\n\nHarbor House.\n\n> Thanks\n> Help",
        "> Which report?\n\nThe APR.\n\n> Which project?\n\nHarbor House.",
    ),
    "an inline answer below a greeting": (
        f"Hi, see below.\n\n{ON}\n> Which report?\n\nThe APR.\n\n> Thanks\n",
        "Hi, see below.\n\n> Which report?\n\nThe APR.",
    ),
    "below the quote": (f"{ON}\n> Which report?\n> Which project?\n\nThe APR.\n\n-- \nDana", "The APR."),
    "below the quote, without a blank line": (
        "On 11/3/26 10:12 AM, Help wrote:\n> Did it?\nYes it did.",
        "Yes it did.",
    ),
    "a quote with spaces before its marks": (f"Yes.\n\n{ON}\n > Did it?\n  > Best\n", "Yes."),
    "a citation of the writer's own": (f"Look:\n\n> Error 12\n\n{ON}\n\n> Did it?\n", "Look:\n\n> Error 12"),
    "a signature between text and quote": (f"Yes.\n\n-- \nDana Reed\nHarbor House\n\n{ON}\n> q\n", "Yes."),
    # Signatures
    "a signature": ("Hello\n\n-- \nDana Reed\nHarbor House\n555-0100\n", "Hello"),
    "a signature whose space was lost": ("Hello\n--\nDana Reed\n", "Hello"),
    "iPhone": (f"Yes please\n\nSent from my iPhone\n\n{ON}\n\n> q\n", "Yes please"),
    "iPhone with an excuse": ("Yes\n\nSent from my iPhone, please excuse typos.", "Yes"),
    "iPhone in Spanish": ("Sí\n\nEnviado desde mi iPhone", "Sí"),
    "iPhone in French": ("Oui\n\nEnvoyé de mon iPhone", "Oui"),
    "iPhone in German": ("Ja\n\nVon meinem iPhone gesendet", "Ja"),
    "iPhone in Dutch": ("Ja\n\nVerstuurd vanaf mijn iPhone", "Ja"),
    "iPhone in Portuguese": ("Sim\n\nEnviado do meu iPhone", "Sim"),
    "iPhone in Italian": ("Sì\n\nInviato da iPhone", "Sì"),
    "Outlook for iOS": (f"ok\n\nGet Outlook for iOS<https://aka.example.org/o0>\n{'_' * 32}\n{OUTLOOK}", "ok"),
    "Yahoo Mail on Android": ("ok\n\nSent from Yahoo Mail on Android", "ok"),
    "Mail for Windows": ("ok\n\nSent from Mail for Windows 10", "ok"),
    # Our own marker
    "our marker": ("Works.\n\n##- Type your reply above this line -##\n\nDear Dana, old", "Works."),
    "our marker, quoted": (f"Works.\n\n{ON}\n> ##- Type your reply above this line -##\n> Dear Dana", "Works."),
    "the marker of another desk": ("Works.\n\n--- Reply above this line ---\n\nDear Dana, old", "Works."),
    "an answer below our marker is kept": (
        "##- Type your reply above this line -##\n\nDear Dana\n\nMy answer",
        "Dear Dana\n\nMy answer",
    ),
    # Nothing new
    "only a quote": (f"{ON}\n> a\n> b\n", ""),
    "a quote and a signature": ("> a\n> b\n\n-- \nDana\n", ""),
    "only a phone": ("Sent from my iPhone", ""),
    "nothing": ("", ""),
    "white space": (" \n\t\n ", ""),
    # Shape
    "blank lines are kept single": ("one\n\n\n\n\ntwo", "one\n\ntwo"),
}

KEPT = {
    "Outlook with nothing above": OUTLOOK,
    "a forward with a note": f"Please see.\n\n{FORWARD}",
    "a forward alone": FORWARD,
    "a forward of Apple Mail": "FYI\n\nBegin forwarded message:\n\n> From: Kim <kim@example.org>\n>\n> It is empty.",
    "On Monday we wrote": "On Monday we wrote:\n\nPlease fix it.",
    "On Monday we wrote, in the middle": "Hello,\nOn Monday we wrote:\nthe report is wrong.\nIt still is.",
    "a dated story": "On 11/03/2026 we wrote:\n\nplease fix\n\nYou did not.",
    "a story about somebody": "On 11/03/2026 Maria from intake wrote:\n\nplease fix\n\nNobody did.",
    "a list of dates": "Please run it:\nFrom: 1/1/2026\nTo: 1/31/2026\nSubject: totals\nThanks",
    "a line that a mailbox file has escaped": ">From the start it failed.\nThen more.",
    "dashes between two parts": f"Part one\n--\n{LONG}\nMore",
    "a sentence about an iPhone": "Sent from my iPhone the report is empty.",
    "a line about an iPhone above the text": "Sent from my iPhone\nPlease help.",
    "nothing but a signature": "-- \nDana",
    "indentation": "  - one\n    - two",
}


@pytest.mark.parametrize(("text", "reply"), CASES.values(), ids=list(CASES))
def test_what_was_newly_written_is_found(text: str, reply: str) -> None:
    assert visible_reply(text) == reply


@pytest.mark.parametrize("text", KEPT.values(), ids=list(KEPT))
def test_what_might_be_the_writers_own_is_kept(text: str) -> None:
    assert visible_reply(text) == text


@pytest.mark.parametrize("end", ["\r\n", "\r"], ids=["CRLF", "CR"])
def test_line_ends_do_not_matter(end: str) -> None:
    found = [visible_reply(text.replace("\n", end)) for text, _ in CASES.values()]

    assert found == [reply for _, reply in CASES.values()]


def test_a_forward_by_outlook_is_kept_when_the_subject_says_that_it_is_one() -> None:
    assert visible_reply(f"See below.\n\n{OUTLOOK}", forwarded=True) == f"See below.\n\n{OUTLOOK}"


def test_a_text_too_long_for_a_reply_is_kept_as_it_is() -> None:
    text = "> a\n" * 60_000

    assert visible_reply(text) == text.strip()


LINES = st.sampled_from(
    [ON, *OUTLOOK.split("\n"), *FORWARD.split("\n"), "> q", ">> q", "", "-- ", "--", "Sent from my iPhone", "my words",
     "-----Original Message-----", "##- Type your reply above this line -##", "On Monday we wrote:", "Jane Doe wrote:"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=25))
def test_every_line_of_a_reply_was_in_the_mail_and_in_that_order(lines: list[str]) -> None:
    rest = iter([line.rstrip() for line in "\n".join(lines).split("\n")])
    reply = visible_reply("\n".join(lines)).split("\n")

    assert [line for line in reply if line and line.rstrip() not in rest] == []


@settings(max_examples=200, deadline=None)
@given(st.lists(LINES, max_size=15))
def test_words_above_all_history_are_never_lost(lines: list[str]) -> None:
    reply = visible_reply("\n".join(["These are my own words.", "", *lines]))

    assert reply.split("\n")[0] == "These are my own words."


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_gives_a_reply_without_control_characters(text: str) -> None:
    assert [char for char in visible_reply(text) if ord(char) < 32 and char not in "\n\t"] == []
