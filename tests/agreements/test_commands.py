"""`portal agreements …`: one JSON line a file, an exit code to rely on, no application, no network."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli import portal

pytestmark = pytest.mark.once


def run(data: Path, *arguments: object) -> Result:
    return CliRunner().invoke(portal, ["agreements", *map(str, arguments)], env={"PORTAL_DATA": str(data)})


def told(result: Result) -> list[tuple[bool, str]]:
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert {tuple(line) for line in lines} == {("file", "valid", "reason")}
    return [(line["valid"], line["reason"]) for line in lines]


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    made = run(tmp_path / "data", "sample", "--out", tmp_path / "sample.pdf")
    assert made.exit_code == 0, made.output
    said = "sealed (PAdES B-B). The certificate is the portal's own; no authority vouches for it."
    assert made.stdout == f"{tmp_path / 'sample.pdf'}: {said}\n"
    return tmp_path / "sample.pdf"


def test_every_file_gets_a_line_and_one_bad_file_fails_them_all(sample: Path, tmp_path: Path):
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(sample.read_bytes() + b"\n")
    missing = tmp_path / "missing.pdf"

    good = run(tmp_path / "data", "verify", "--json", sample, sample)
    mixed = run(tmp_path / "data", "verify", "--json", sample, changed, missing, tmp_path)

    assert ([valid for valid, _ in told(good)], good.exit_code) == ([True, True], 0)
    assert mixed.exit_code == 1
    assert told(mixed)[1:] == [
        (False, "Something was added to the file after it was sealed."),
        (False, "The file cannot be read."),
        (False, "The file cannot be read."),
    ]
    assert [json.loads(line)["file"] for line in mixed.stdout.splitlines()] == [
        str(file) for file in (sample, changed, missing, tmp_path)
    ]


def test_without_json_a_sentence_is_printed(sample: Path, tmp_path: Path):
    result = run(tmp_path / "data", "verify", sample)

    assert result.stdout.startswith(f"{sample}: valid. Sealed by HMIS Desk seal on ")


def test_another_installation_verifies_with_the_certificate_at_hand(sample: Path, tmp_path: Path):
    (certificate,) = (tmp_path / "data" / "keys" / "seal" / "certificates").iterdir()
    elsewhere = tmp_path / "elsewhere"

    alone = run(elsewhere, "verify", "--json", sample)
    given = run(elsewhere, "verify", "--json", "--certificates", certificate, sample)

    assert [valid for valid, _ in told(alone)] == [False]
    assert [valid for valid, _ in told(given)] == [True]
    assert not elsewhere.exists()


def test_a_file_of_certificates_without_one_is_refused_in_a_sentence(sample: Path, tmp_path: Path):
    (tmp_path / "empty.pem").write_text("nothing")

    result = subprocess.run(
        [sys.executable, "-m", "portal.cli", "agreements", "verify", "--certificates", tmp_path / "empty.pem", sample],
        env={**os.environ, "PORTAL_DATA": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (1, f"{tmp_path / 'empty.pem'} holds no certificate.\n")


def test_after_a_new_seal_both_generations_are_valid(sample: Path, tmp_path: Path):
    renewed = run(tmp_path / "data", "new-seal")
    run(tmp_path / "data", "sample", "--out", tmp_path / "second.pdf")

    verdicts = told(run(tmp_path / "data", "verify", "--json", sample, tmp_path / "second.pdf"))
    assert renewed.stdout.startswith("The new key seals from now on. Its certificate lasts until ")
    assert [valid for valid, _ in verdicts] == [True, True]


def test_verifying_opens_no_connection(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)

    assert run(tmp_path / "data", "verify", "--json", sample).exit_code == 0


def test_verifying_builds_no_application_and_touches_no_database(sample: Path, tmp_path: Path):
    program = (
        "import sys; from portal.cli import portal\n"
        "try: portal(['agreements', 'verify', sys.argv[1]])\n"
        "finally: print(sorted({'flask', 'sqlalchemy', 'portal.app', 'typst'} & sys.modules.keys()))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, sample],
        env={**os.environ, "PORTAL_DATA": str(tmp_path / "data"), "DATABASE_URL": "postgresql://nowhere.example.org/x"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.splitlines()[-1] == "[]"


def test_a_file_with_any_name_gets_its_line(sample: Path, tmp_path: Path):
    odd = tmp_path / os.fsdecode(b"na\xffme \xe2\x80\x9cx\xe2\x80\x9d.pdf")
    odd.write_bytes(sample.read_bytes())

    result = run(tmp_path / "data", "verify", "--json", odd)
    assert [valid for valid, _ in told(result)] == [True]
    assert run(tmp_path / "data", "verify", odd).exit_code == 0
