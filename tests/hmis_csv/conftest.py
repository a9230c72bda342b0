"""One small export, made once, and ways to spoil a copy of it."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hmis_csv.generator import Plan, Truth, write

SMALL = Plan(organizations=9, enrollments=2_000, seed=3)
Change = Callable[[bytes], bytes | None]


@pytest.fixture(scope="session")
def export(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    path = tmp_path_factory.mktemp("hmis") / "export.zip"
    return path, write(path, SMALL)


@pytest.fixture
def spoiled(export: tuple[Path, Truth], tmp_path: Path) -> Callable[..., Path]:
    """A copy with files changed by name, left out (None) or added."""

    def spoil(_added: dict[str, bytes] | None = None, **changes: Change) -> Path:
        path = tmp_path / "spoiled.zip"
        with zipfile.ZipFile(export[0]) as whole, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as copy:
            for info in whole.infolist():
                body: bytes | None = whole.read(info)
                if change := changes.get(info.filename.removesuffix(".csv")):
                    body = change(body or b"")
                if body is not None:
                    copy.writestr(info.filename, body)
            for name, body in (_added or {}).items():
                copy.writestr(name, body)
        return path

    return spoil
