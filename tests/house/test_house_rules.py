"""What holds for the project as a whole: import order, packaging, promises of the README."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.metadata import distribution, version
from pathlib import Path

import pytest

import bothways
from bothways.workspace import shipped

ROOT = Path(__file__).parents[2]
PACKAGE = Path(bothways.__file__).parent
CONTENT = ("inventory", "templates", "playbooks", "tasks")


def test_rooms_import_one_way_only() -> None:
    """The order of the rooms is drawn in pyproject.toml; nobody may climb it."""
    program = shutil.which("lint-imports", path=str(Path(sys.executable).parent)) or "lint-imports"
    ran = subprocess.run(
        [program, "--config", str(ROOT / "pyproject.toml"), "--no-cache"],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=110,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_lab_is_not_loaded_with_the_product() -> None:
    """Only the command line knows the lab, and runs it as a child."""
    code = (
        "import sys, bothways.cli.main, bothways.cli.demo_show; "
        "print([name for name in sys.modules if 'bothways.lab' in name])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == "[]"


def test_help_opens_no_heavy_room() -> None:
    """`--help` and `--version` answer at once: no SSH, no Nornir, no numpy."""
    heavy = "{'numpy', 'nornir', 'asyncssh', 'netmiko', 'pydantic', 'jinja2', 'ruamel'}"
    code = f"import sys, bothways.cli.main; print(sorted({heavy} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("folder", CONTENT)
def test_content_folders_are_shipped(folder: str) -> None:
    """Each is inside the package: as a link in a checkout, as files in a wheel."""
    names = {path.name for path in shipped(folder).rglob("*") if path.is_file()}
    wanted = {
        "inventory": {"hosts.yaml", "groups.yaml", "defaults.yaml", "topology.yaml"},
        "templates": {"asa-hairpin.j2", "state-bypass.j2", "pbr-return.j2", "sdm-template.j2"},
        "playbooks": {"hairpin-return.yaml", "hairpin-bypass.yaml"},
        "tasks": {"read_state.py", "push_change.py", "undo_change.py", "save_config.py"},
    }
    assert wanted[folder] <= names


def installed_files() -> list[str]:
    """What the installed distribution lists, without compiled files."""
    return [str(file) for file in distribution("bothways").files or () if "__pycache__" not in str(file)]


def test_a_wheel_holds_the_package_and_nothing_beside_it() -> None:
    """No top-level tasks to collide with others, no tests, no second copy of the content."""
    files = installed_files()
    if "bothways/__init__.py" not in files:
        pytest.skip("not installed from a wheel")
    tops = {file.split("/")[0] for file in files if not file.startswith("..")}
    assert tops == {"bothways", f"bothways-{version('bothways')}.dist-info"}
    assert "bothways/py.typed" in files
    assert len([file for file in files if file.endswith("hairpin-return.yaml")]) == 1
    assert len([file for file in files if file.endswith("read_state.py")]) == 1
    assert any(file.endswith("stories/hairpin.yaml") for file in files)


def test_a_checkout_links_its_content() -> None:
    """Four folders at the top, four links in the package: one truth."""
    if not (ROOT / "src").is_dir() or (ROOT / "PKG-INFO").exists():
        pytest.skip("not a checkout")
    for folder in CONTENT:
        assert (ROOT / "src" / "bothways" / folder).is_symlink()
        assert (ROOT / "src" / "bothways" / folder).resolve() == ROOT / folder


def test_the_readme_sets_up_in_one_line_each() -> None:
    """One command installs and runs the demo, one installs and runs the tests; the gate runs the latter."""
    lines = [line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if "pip install" in line]
    assert [line for line in lines if "bothways demo" in line]
    (tests,) = [line for line in lines if "pytest" in line]
    assert tests.startswith("python3 -m venv ")
    gate = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "grep -m 1 'pip install -e' README.md" in gate
    assert "pip install -e" in tests


def test_what_the_readme_links_to_is_there() -> None:
    """No dead link on the first page."""
    if not (ROOT / "docs").is_dir():
        pytest.skip("not a checkout")
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} links to {target}"


_MACHINE = re.compile(r"/(?:home|Users|root|work)/(?!you\b)[\w.-]+|/opt/\w+/bin")
_SUFFIXES = {".py", ".md", ".toml", ".yaml", ".j2", ".json", ".txt", ".sh", ""}


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    """A path that works on one machine only is a bug on all others."""
    folders = ["src", "tests", "docs", "benchmarks", ".ci", *CONTENT]
    found = []
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*")):
        if not path.is_file() or path.suffix not in _SUFFIXES or "__pycache__" in path.parts:
            continue
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            if path != Path(__file__) and _MACHINE.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert found == []


def test_the_public_names_are_what_can_be_imported() -> None:
    """`bothways.__all__` is the public API: each name is there, and none is a room."""
    rooms = {path.stem for path in PACKAGE.iterdir()}
    for name in bothways.__all__:
        assert hasattr(bothways, name)
        assert name not in rooms
    assert list(bothways.__all__) == sorted(bothways.__all__)
