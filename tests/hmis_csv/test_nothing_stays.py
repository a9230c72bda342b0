"""No client data comes in, and nothing of an export outlives its use, neither refused nor read."""

import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select, text

from portal import files
from portal.db import db
from portal.files import KeptFile
from portal.hmis_csv.models import ExportPart, HmisExport
from portal.hmis_csv.rules.loading import ExportState
from portal.people.models import Person
from portal.settings import Settings
from tests.conftest import form_of
from tests.hmis_csv.conftest import copied, loaded, work
from tests.hmis_csv.generator import CANARY, Plan, write

pytestmark = pytest.mark.once

SignIn = Callable[[FlaskClient, Person], FlaskClient]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this process puts what it needs for a while."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def desk(client: FlaskClient, sign_in: SignIn, admin: Person) -> FlaskClient:
    return sign_in(client, admin)


def sent(desk: FlaskClient, content: bytes) -> tuple[int, str]:
    """As a browser sends it; what the test's own client would put on disk is kept out of the way."""
    fields = form_of(desk.get("/hmis-exports/new"))
    kind = 'form-data; name="file"; filename="export.zip"\r\nContent-Type: application/zip'
    parts = [(f'form-data; name="{name}"', value.encode()) for name, value in fields.items()] + [(kind, content)]
    body = b"".join(b"--edge\r\nContent-Disposition: %s\r\n\r\n%s\r\n" % (name.encode(), held) for name, held in parts)
    kind = "multipart/form-data; boundary=edge"
    answer = desk.post("/hmis-exports/new", data=body + b"--edge--\r\n", content_type=kind)
    return answer.status_code, answer.get_data(as_text=True)


def kept(settings: Settings) -> list[Path]:
    return sorted(path for path in (settings.data / "files").rglob("*") if path.is_file())


def rows() -> Iterator[str]:
    """Every cell of the whole database, as text."""
    for table in sorted(inspect(db.session.connection()).get_table_names()):
        for row in db.session.execute(text(f'SELECT * FROM "{table}"')):
            yield from (str(cell) for cell in row)


@pytest.fixture
def full(tmp_path: Path) -> bytes:
    """Large enough that it is put on disk while it comes in; its Client.csv cannot be opened without an error."""
    path = tmp_path / "full.zip"
    write(path, Plan(organizations=4, enrollments=20_000, full=True, long_keys=True))
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("Client.csv").header_offset + 60
    assert len(content) > 600_000
    return content[:start] + bytes(200) + content[start + 200 :]


def test_a_full_export_that_is_posted_anyway_is_refused_unopened_and_leaves_no_trace(
    desk: FlaskClient, settings: Settings, temporary: Path, full: bytes, monkeypatch: pytest.MonkeyPatch
):
    opened: list[str] = []
    real = zipfile.ZipFile.open
    monkeypatch.setattr(
        zipfile.ZipFile,
        "open",
        lambda self, name, *rest, **more: opened.append(str(name)) or real(self, name, *rest, **more),
    )
    status, page = sent(desk, full)

    assert status == 409
    assert "This export holds Client.csv, and client data may not come here." in page
    assert "portal hmis-csv slim FILE.zip" in page
    assert opened == []
    assert (kept(settings), list(temporary.rglob("*"))) == ([], [])
    assert (list(db.session.scalars(select(HmisExport))), list(db.session.scalars(select(KeptFile)))) == ([], [])
    assert [cell for cell in rows() if CANARY in cell] == []


@pytest.mark.parametrize("place", ["Enrollment", "Project", "User"])
def test_one_column_too_many_in_any_file_is_refused_and_leaves_no_trace(
    desk: FlaskClient, settings: Settings, temporary: Path, export: tuple[Path, object], tmp_path: Path, place: str
):
    content = io.BytesIO()
    with zipfile.ZipFile(copied(export[0], tmp_path)) as slim, zipfile.ZipFile(content, "w") as made:
        for name in slim.namelist():
            body = slim.read(name)
            if name == f"{place}.csv":
                lines = body.decode().splitlines()
                body = "\n".join([f"{lines[0]},FirstName", *(f"{one},{CANARY}" for one in lines[1:])]).encode()
            made.writestr(name, body)

    status, page = sent(desk, content.getvalue())

    assert status == 409
    assert f"{place}.csv holds columns about clients or of unknown content, which may not come here." in page
    assert (kept(settings), list(temporary.rglob("*")), list(db.session.scalars(select(HmisExport)))) == ([], [], [])


def test_of_a_slim_copy_no_key_of_an_enrollment_and_no_day_of_a_client_is_kept(
    app: Flask, admin: Person, at: datetime, settings: Settings, temporary: Path, tmp_path: Path
):
    path = tmp_path / "export.zip"
    write(path, Plan(organizations=4, enrollments=400, long_keys=True))
    with zipfile.ZipFile(path) as archive:
        keys = {line.split(",")[0] for line in archive.read("Enrollment.csv").decode().splitlines()[1:]}
    assert len(keys) == 400

    held = loaded(copied(path, tmp_path), admin, at)

    assert held.state is ExportState.READY
    assert [cell for cell in rows() if any(key in cell for key in keys)] == []
    assert list(temporary.rglob("*")) == []
    assert {part.file.purged_at for part in db.session.scalars(select(ExportPart))} == {at}
    assert kept(settings) == [settings.data / "files" / "sealed" / f"{held.roster.id}-{held.roster.sha256[:16]}"]
    assert [key for key in keys if key.encode() in files.read(held.roster)] == []


def test_until_it_is_read_a_slim_copy_lies_sealed(
    desk: FlaskClient, settings: Settings, export: tuple[Path, object], tmp_path: Path
):
    copy = copied(export[0], tmp_path).read_bytes()

    assert sent(desk, copy)[0] == 302

    on_disk = [path.read_bytes() for path in kept(settings)]
    assert [copy[:64] in body for body in on_disk] == [False]
    work()
    assert db.session.scalars(select(HmisExport)).one().state is ExportState.READY


HOSTILE = {
    "nothing at all": (b"", "Choose the zip file of the export.|is not a zip file"),
    "no zip": (b"Name,SSN\nA,1\n", "This is not a zip file that can be read."),
    "cut short": (b"PK\x03\x04" + bytes(500), "This is not a zip file that can be read."),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_zip_ends_in_one_sentence(desk: FlaskClient, settings: Settings, temporary: Path, name: str):
    content, words = HOSTILE[name]

    status, page = sent(desk, content)

    assert status in (409, 422)
    assert any(sentence in page for sentence in words.split("|"))
    assert (kept(settings), list(temporary.rglob("*")), list(db.session.scalars(select(HmisExport)))) == ([], [], [])


def zipped(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in members.items():
            made.writestr(name, body)
    return content.getvalue()


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"../Export.csv": b"x"}, "points outside of it"),
        ({"letter.txt": b"x"}, "The zip file holds no Export.csv"),
        ({"export.zip": b"x"}, "The zip file holds another zip file"),
        ({"Export.csv": bytes(70 << 20)}, "unpack to many hundred times its size"),
        ({"a/Export.csv": b"x", "b/Export.csv": b"x"}, "several exports"),
    ],
)
def test_a_hostile_zip_ends_in_one_sentence(
    desk: FlaskClient, settings: Settings, members: dict[str, bytes], words: str
):
    status, page = sent(desk, zipped(**members))

    assert (status, words in page, kept(settings)) == (409, True, [])


@pytest.mark.parametrize(
    ("file", "change", "words"),
    [
        ("Export", lambda body: body.splitlines(keepends=True)[0], "Export.csv has no row"),
        ("Project", lambda _: b'ProjectID,ProjectName\nP1,"no end', "a quotation mark is missing or too many"),
        ("Export", lambda body: body.replace(b"2026 v1.0", b"2020 v1.0"), "which is too old"),
    ],
)
def test_what_shows_only_while_reading_is_refused_there_and_leaves_nothing_behind(
    app: Flask,
    admin: Person,
    at: datetime,
    settings: Settings,
    export: tuple[Path, object],
    tmp_path: Path,
    file: str,
    change: Callable[[bytes], bytes],
    words: str,
):
    with zipfile.ZipFile(copied(export[0], tmp_path)) as slim:
        inside = {name: slim.read(name) for name in slim.namelist()}
    inside[f"{file}.csv"] = change(inside[f"{file}.csv"])
    path = tmp_path / "spoiled.zip"
    path.write_bytes(zipped(**inside))

    held = loaded(path, admin, at)

    assert (held.state, words in held.why, kept(settings)) == (ExportState.REFUSED, True, [])


def test_files_larger_than_elsewhere_are_let_in_here_alone(desk: FlaskClient, settings: Settings):
    large = bytes(settings.max_upload_bytes + (2 << 20))

    assert sent(desk, large)[0] == 409
    assert desk.post("/tickets/new", data=large, content_type="multipart/form-data; boundary=edge").status_code == 413
