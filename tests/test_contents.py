"""What is read from files people send, and that no file harms its reader."""

import io
import zipfile
from datetime import date

import openpyxl
import pypdf
import pytest
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from portal import guard
from portal.contents import MOST_LETTERS, Contents, Unread, read
from portal.files import ALLOWED

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(body, before="", **parts):
    """A Word file as small as can be."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"{before}<w:document {NAMESPACE}>{body}</w:document>")
        for name, text in parts.items():
            archive.writestr(f"word/{name}.xml", f"<w:part {NAMESPACE}>{text}</w:part>")
    return held.getvalue()


def paragraph(*runs):
    return "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"


def table(*rows):
    def cell(text):
        return f"<w:tc>{paragraph(text)}</w:tc>"

    return "<w:tbl>" + "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in rows) + "</w:tbl>"


def workbook(*rows, hidden=()):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if hidden:
        sheet = book.create_sheet("kept aside")
        sheet.sheet_state = "hidden"
        for row in hidden:
            sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def paper(*pages, password=None):
    """A PDF of these lines."""
    writer = pypdf.PdfWriter()
    for line in pages:
        page = writer.add_blank_page(612, 792)
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        drawing = DecodedStreamObject()
        drawing.set_data(f"BT /F1 12 Tf 72 700 Td ({line}) Tj ET".encode() if line else b"")
        page[NameObject("/Contents")] = writer._add_object(drawing)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    held = io.BytesIO()
    writer.write(held)
    return held.getvalue()


def certain_in(ending, content):
    return guard.certain(read(ALLOWED[ending], content).text)


def test_words_of_a_word_file_are_read_with_its_tables_headers_and_notes():
    content = word(
        paragraph("The client was ", "born") + table(["Name", "SSN"], ["Ana", "219-44-1873"]),
        header1=paragraph("Harbor House"),
        comments=paragraph("ask again"),
    )

    read_of_it = read(ALLOWED["docx"], content)

    assert read_of_it.unread is None
    assert [line.split() for line in read_of_it.text.splitlines() if line.strip()] == [
        ["The", "client", "was", "born"],
        ["Name", "SSN"],
        ["Ana", "219-44-1873"],
        ["Harbor", "House"],
        ["ask", "again"],
    ]


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        ("docx", word(paragraph("Her social is 219-", "44-1873."))),
        ("docx", word(table(["Guest", "SSN"], ["20118", "219441873"]))),
        ("docx", word(paragraph("see header"), header1=paragraph("SSN 219 44 1873"))),
        ("docx", word("<w:p><w:del><w:r><w:delText>SSN 219-44-1873</w:delText></w:r></w:del></w:p>")),
        ("xlsx", workbook(["PersonalID", "SSN"], [20118, 219441873])),
        ("xlsx", workbook(["nothing"], hidden=[["SSN"], ["note", "219-44-1873"]])),
        ("pdf", paper("", "SSN 219-44-1873")),
        ("csv", "PersonalID,SSN\r\n20118,219441873\r\n".encode("utf-16")),
        ("txt", b"ssn 219-44-1873"),
    ],
)
def test_social_security_numbers_are_found_in_files_of_every_kind(ending, content):
    assert certain_in(ending, content) is guard.Kind.SSN


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        ("docx", word(paragraph("DOB 4/12/1987"))),
        ("docx", word(table(["Child", "Date of birth"], ["20118", "5/6/2021"]))),
        ("xlsx", workbook(["PersonalID", "DOB"], [20118, date(2021, 5, 6)])),
        ("pdf", paper("Date of birth: April 12, 1987")),
        ("csv", b"PersonalID,DOB\n20118,2021-05-06\n"),
    ],
)
def test_birth_dates_are_found_in_files_of_every_kind(ending, content):
    assert certain_in(ending, content) is guard.Kind.BIRTH_DATE


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        ("docx", word(paragraph("Agreement of June 14, 2001, as amended on July 30, 2004."))),
        ("xlsx", workbook(["PersonalID", "EntryDate"], [418207735, date(1999, 5, 6)])),
        ("xlsx", workbook(["ProjectID", "OperatingStartDate"], [2214, date(1998, 10, 1)])),
        ("pdf", paper("HMIS Data Standards, Federal Register, July 30, 2004, OMB 2506-0145")),
        ("csv", b"EnrollmentID,PersonalID,EntryDate\n900218834,418207735,1999-03-14\n"),
        ("csv", b"PersonalID,SSNDataQuality,DOBDataQuality\n418207735,99,99\n"),
    ],
)
def test_numbers_and_dates_of_other_things_do_not_keep_a_file_out(ending, content):
    assert certain_in(ending, content) is None


def _bomb(ending):
    held = io.BytesIO()
    folder = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[ending]
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(folder, b"<a>" + b" " * 60_000_000)
    return held.getvalue()


LAUGHS = (
    "<!DOCTYPE w:document [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    ("ending", "content", "why"),
    [
        ("docx", _bomb("docx"), Unread.DAMAGED),
        ("xlsx", _bomb("xlsx"), Unread.DAMAGED),
        ("docx", word(paragraph("&i;"), before=LAUGHS), Unread.DAMAGED),
        ("docx", word("<w:p>"), Unread.DAMAGED),
        ("docx", b"PK\x03\x04 cut off", Unread.DAMAGED),
        ("xlsx", b"\xd0\xcf\x11\xe0 as Office keeps what has a password", Unread.ENCRYPTED),
        ("xlsx", workbook(["a"])[:900], Unread.DAMAGED),
        ("pdf", b"%PDF-1.7\n", Unread.DAMAGED),
        ("pdf", paper("SSN 219-44-1873", password="harbor"), Unread.ENCRYPTED),
        ("pdf", paper("", ""), Unread.PICTURE),
        ("png", b"\x89PNG\r\n\x1a\n", Unread.PICTURE),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_harms_nobody(ending, content, why):
    assert read(ALLOWED[ending], content) == Contents("", why)


def test_a_long_file_is_read_at_its_beginning_and_says_so():
    long = word("".join(paragraph("bed nights " * 10) for _ in range(2000)))

    read_of_it = read(ALLOWED["docx"], long)

    assert (len(read_of_it.text), read_of_it.unread) == (MOST_LETTERS, Unread.LONG)
    assert read("text/plain", b"bed nights " * 40_000).unread is Unread.LONG


def test_a_file_that_takes_too_long_is_left_in_time():
    """Rows without end in a workbook, strokes without end on a page."""
    endless = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(["bed nights"]))) as small,
        zipfile.ZipFile(endless, "w", zipfile.ZIP_DEFLATED) as large,
    ):
        for entry in small.infolist():
            sheet = small.read(entry).replace(b"<sheetData>", b"<sheetData>" + b"<row><c><v>1</v></c></row>" * 500_000)
            large.writestr(entry.filename, sheet)
    strokes = paper(") Tj " + "0 0 m 1 1 l S " * 400_000 + "(")

    assert read(ALLOWED["xlsx"], endless.getvalue()).unread is Unread.LONG
    assert read(ALLOWED["pdf"], strokes).unread is Unread.LONG


def test_each_reason_has_words():
    assert [reason.words for reason in Unread] == [
        "it is protected by a password",
        "it is damaged, or not built as files of its kind are",
        "it is too long to be read whole",
        "it holds pictures, not text",
    ]
