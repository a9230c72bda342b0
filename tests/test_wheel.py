"""The wheel carries all that the portal needs in any folder."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.once
def test_a_wheel_holds_templates_migrations_content_and_built_assets(tmp_path: Path):
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())

    for folder in ("templates", "migrations", "content"):
        shipped = {path.relative_to(ROOT) for path in (ROOT / folder).rglob("*") if path.is_file()}
        missing = {f"portal/{path}" for path in shipped if "__pycache__" not in path.parts} - inside
        assert missing == set(), f"The wheel lacks files of {folder}/; see hatch_build.py."
    assert "portal/static/dist/manifest.json" in inside
    assert not any(name.startswith("tests/") for name in inside)
