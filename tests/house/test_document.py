"""Wrong text in, exact message out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from bothways.document import load_toml, load_yaml, validate
from bothways.errors import DocumentError


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Reload(Strict):
    kind: Literal["reload"]
    wait_s: int = 900


class Bind(Strict):
    kind: Literal["bind"]
    interface: str


class Sheet(Strict):
    name: str
    port: Annotated[int, Field(ge=1, le=65535)] = 22
    saved: bool = False
    password: SecretStr | None = None
    steps: tuple[Annotated[Reload | Bind, Field(discriminator="kind")], ...] = ()
    hosts: dict[str, Bind] = {}


UNREADABLE = {
    "duplicate-key": ("a: 1\nb: 2\na: 3\n", "f.yaml:3:1: key 'a' stands twice, first in line 1"),
    "duplicate-in-quotes": ("a: 1\n'a': 3\n", "f.yaml:2:1: key 'a' stands twice, first in line 1"),
    "tab": ("a:\n\tb: 1\n", "f.yaml:2:1: is not YAML: a tab cannot indent: use blanks"),
    "two-colons": (
        "a: b: c\n",
        "f.yaml:1:5: is not YAML: a second ': ' on this line: put the text in quotes",
    ),
    "open-bracket": ("a: [1,", "f.yaml:1:7: is not YAML: a bracket is never closed"),
    "nul": ("a: \x00\n", "f.yaml:1:4: holds the control character U+0000"),
    "escape": ("a: 1\nb: \x1b[2J\n", "f.yaml:2:4: holds the control character U+001B"),
    "python-tag": (
        "a: !!python/name:os.system x\n",
        "f.yaml:1:4: has the tag 'tag:yaml.org,2002:python/name:os.system'; only plain values are read",
    ),
    "own-tag": ("a: !vault x\n", "f.yaml:1:4: has the tag '!vault'; only plain values are read"),
    "octal": ("a: 0777\n", "f.yaml:1:4: 0777 has a leading zero; put it in quotes, or leave the zero out"),
    "yaml-1.1": (
        "%YAML 1.1\n---\na: no\n",
        "f.yaml:2:1: asks for another YAML than 1.2; delete the %YAML line",
    ),
    "two-documents": ("a: 1\n---\nb: 2\n", "f.yaml:2:1: a second document begins; one file holds one"),
    "merge-key": (
        "a: &x {b: 1}\nc:\n  <<: *x\n",
        "f.yaml:3:3: merge keys (<<) are not YAML 1.2; write the keys out",
    ),
    "key-is-a-list": ("[1]: 2\n", "f.yaml:1:1: a key must be plain text"),
    "alias-to-nothing": ("a: *b\n", "f.yaml:1:4: *b names nothing above it"),
    "too-deep": ("[" * 60, "f.yaml:1:52: is nested deeper than 50 levels"),
    "too-big": (
        "#" * 1048577,
        "f.yaml: is over 1 MiB, which no file of this kind needs; is it the right file?",
    ),
}


@pytest.mark.parametrize(("text", "message"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_unreadable_yaml_is_refused_at_its_place(text: str, message: str) -> None:
    """B05: each kind of bad YAML gets one sentence with file, line and column."""
    with pytest.raises(DocumentError) as caught:
        load_yaml(text, "f.yaml")
    assert str(caught.value) == message


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    """B05: nine levels of nine aliases would be 10^9 values."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    with pytest.raises(DocumentError, match=r"f\.yaml:6:\d+: holds over 200000 values"):
        load_yaml("\n".join(lines), "f.yaml")


def test_words_of_old_yaml_stay_words() -> None:
    """B05: no, on, 1:30 and a date are text in YAML 1.2; numbers and booleans are what they look like."""
    text = "[no, on, 1:30, 2026-01-02, 010.0.0.1, true, 22, 0x10, 1.5, ~, '7', 1_000, +3, -0]"
    assert load_yaml(text).data == [
        "no", "on", "1:30", "2026-01-02", "010.0.0.1", True, 22, 16, 1.5, None, "7", "1_000", 3, 0,
    ]  # fmt: skip


def test_mark_and_line_ends_of_windows_do_not_matter(tmp_path: Path) -> None:
    """B05: a BOM and CRLF are read over, and places still count lines."""
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xef\xbb\xbfname: x\r\nport: 70000\r\n")
    with pytest.raises(DocumentError) as caught:
        validate(load_yaml(file), Sheet)
    assert str(caught.value) == f"{file}:2:7: port: 70000 is too big: at most 65535"


UNREADABLE_FILES = {
    "latin-1": (b"a: 1\nb: \xe9\n", "{file}:2:4: is not UTF-8 text; save it as UTF-8"),
    "utf-16": ("a: 1".encode("utf-16"), "{file}:1:1: is not UTF-8 text; save it as UTF-8"),
    "huge": (
        b"#" * 1048577,
        "{file}: is over 1 MiB, which no file of this kind needs; is it the right file?",
    ),
}


@pytest.mark.parametrize(("raw", "message"), UNREADABLE_FILES.values(), ids=UNREADABLE_FILES.keys())
def test_unreadable_files_say_why(tmp_path: Path, raw: bytes, message: str) -> None:
    """B05: what is not UTF-8 text of a sane size is refused before it is parsed."""
    file = tmp_path / "a.yaml"
    file.write_bytes(raw)
    with pytest.raises(DocumentError) as caught:
        load_yaml(file)
    assert str(caught.value) == message.format(file=file)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    """Neither is a traceback."""
    with pytest.raises(DocumentError, match="no such file"):
        load_yaml(tmp_path / "nope.yaml")
    with pytest.raises(DocumentError, match="is a folder, not a file"):
        load_yaml(tmp_path)


INVALID = {
    "typo": ("naem: x\n", "f.yaml:1:1: naem: unknown key; did you mean 'name'?; 1 more in this file"),
    "unlike-anything": (
        "name: x\nzzz: 1\n",
        "f.yaml:2:1: zzz: unknown key; known: hosts, name, password, port, saved, steps",
    ),
    "missing": ("port: 22\n", "f.yaml:1:1: name: is missing"),
    "text-is-a-number": ("name: 12\n", "f.yaml:1:7: name: must be text, not 12: put it in quotes"),
    "number-is-text": ("name: x\nport: '22; rm'\n", "f.yaml:2:7: port: must be a whole number, not '22; rm'"),
    "zero": ("name: x\nport: 0\n", "f.yaml:2:7: port: 0 is too small: at least 1"),
    "no-is-not-false": ("name: x\nsaved: no\n", "f.yaml:2:8: saved: must be true or false, not 'no'"),
    "list-for-mapping": ("- a\n", "f.yaml:1:1: must be a mapping (key: value)"),
    "empty": ("", "f.yaml:1:1: must be a mapping (key: value)"),
    "wrong-kind": (
        "name: x\nsteps:\n  - kind: relaod\n",
        "f.yaml:3:5: steps[0]: kind: 'relaod' is not one of 'reload', 'bind'; did you mean 'reload'?",
    ),
    "no-kind": ("name: x\nsteps:\n  - wait_s: 3\n", "f.yaml:3:5: steps[0]: 'kind' is missing"),
    "typo-in-a-kind": (
        "name: x\nsteps:\n  - kind: bind\n    interfaec: Vlan172\n",
        "f.yaml:4:5: steps[0].interfaec: unknown key; did you mean 'interface'?; 1 more in this file",
    ),
    "typo-in-a-mapping": (
        "name: x\nhosts:\n  edge-asa: {kind: bind, interface: a, mtu: 9}\n",
        "f.yaml:3:40: hosts.edge-asa.mtu: unknown key; known: interface, kind",
    ),
}


@pytest.mark.parametrize(("text", "message"), INVALID.values(), ids=INVALID.keys())
def test_invalid_values_are_refused_at_their_place(text: str, message: str) -> None:
    """B02: file, line, column, path, what is wrong, and the nearest right word."""
    with pytest.raises(DocumentError) as caught:
        validate(load_yaml(text, "f.yaml"), Sheet)
    assert str(caught.value) == message


def test_a_message_never_holds_a_password() -> None:
    """A wrong type under a secret's name is named without its value."""
    with pytest.raises(DocumentError) as caught:
        validate(load_yaml("name: x\npassword: 123456\n", "f.yaml"), Sheet)
    assert "123456" not in str(caught.value)
    assert str(caught.value) == "f.yaml:2:11: password: must be text, not this: put it in quotes"


def test_a_message_shows_no_control_characters() -> None:
    """A value from a file cannot move the reader's cursor."""
    with pytest.raises(DocumentError) as caught:
        validate(load_yaml('name: x\nport: "\\e[2J\\u202E"\n', "f.yaml"), Sheet)
    assert str(caught.value).isprintable()


def test_toml_faults_have_places() -> None:
    """bothways.toml gets the same sentences."""
    with pytest.raises(DocumentError) as caught:
        validate(load_toml('name = "x"\nprot = 22\n', "b.toml"), Sheet)
    assert str(caught.value) == "b.toml:2:1: prot: unknown key; did you mean 'port'?"
    with pytest.raises(DocumentError) as caught:
        load_toml('name = "x"\nport == 22\n', "b.toml")
    assert str(caught.value) == "b.toml:2:7: is not TOML: Invalid value"


@given(st.text(max_size=200))
def test_any_text_is_a_document_or_a_document_error(text: str) -> None:
    """B05: no text makes the loader fail in another way."""
    try:
        load_yaml(text, "f.yaml")
    except DocumentError as error:
        assert str(error).startswith("f.yaml:")  # noqa: PT017 - either end is right


scalars = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text("ab: -#'\"\n é~", max_size=8)
trees = st.recursive(
    scalars,
    lambda sub: st.lists(sub, max_size=3) | st.dictionaries(st.text("abno", max_size=3), sub, max_size=3),
)


@given(trees)
def test_json_read_as_yaml_is_itself(tree: object) -> None:
    """Every JSON text is YAML 1.2 and means the same."""
    assert load_yaml(json.dumps(tree)).data == tree
