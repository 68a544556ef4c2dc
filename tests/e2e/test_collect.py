"""`collect` over real SSH: what it types, what it finds, and that nothing of it stays on a firewall."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from bothways.cli.lab_child import running_lab

from .live import STORY_FLOW, Lab, Live, calm, hairpin

WORDS = STORY_FLOW.split()
_READ_ONLY = re.compile(r"enable|exit|terminal (?:pager 0|width 511|length 0)|show \S.*|")
_OURS = re.compile(r"(?:no )?capture bw-[0-9a-z]{6}-\d+(?: .*)?")


def standing(live: Live, device: str = "edge-asa") -> list[str]:
    """The captures that stand there, by the lab's own word."""
    rows: list[dict[str, Any]] = live.ask("captures", device=device)["captures"]
    return [row["name"] for row in rows]


def changing(live: Live, device: str = "edge-asa") -> list[str]:
    """Every line the device received that is no show and no login."""
    return [line for line in live.typed(device) if not _READ_ONLY.fullmatch(line)]


def evidence(live: Live, folder: str = "evidence") -> Path:
    return live.folder.parent / folder


@contextmanager
def story(folder: Path, name: str, *variants: str, lived_s: float = 30.0) -> Iterator[Live]:
    with running_lab(name, folder, variants):
        live = Live(folder)
        live.ask("advance_to", moment_s=lived_s)
        yield live


def test_x04_without_consent_nothing_is_typed_but_shows(lab: Lab) -> None:
    """X-04: it says what it would type, and the command log of the firewall holds show commands alone."""
    live = lab()
    ran = live.bothways("collect", *WORDS)
    assert ran.code == 2
    lines = ran.out.splitlines()
    placed = [line.strip() for line in lines if line.startswith("  capture ")]
    rest = "buffer 65536 packet-length 128 match tcp host 10.12.0.130 host 172.16.1.18 eq 443"
    assert [re.sub(r"bw-\w{6}", "bw-x", line) for line in placed] == [
        f"capture bw-x-1 type raw-data interface inside {rest}",
        f"capture bw-x-2 type asp-drop all {rest}",
    ]
    removed = [line.strip() for line in lines if line.startswith("  no capture ")]
    assert removed == [f"no capture {line.split()[1]}" for line in placed]
    assert lines[-1] == f"bothways collect {STORY_FLOW} --allow-captures"
    assert changing(live) == changing(live, "lab-switch") == []
    assert standing(live) == []


@pytest.mark.parametrize(
    ("variant", "cause", "packet", "reason"),
    [
        ("", "isn-mismatch", "RST", "tcp-rstfin-ooo"),
        ("ack", "handshake-unseen", "(?:PSH )?ACK", "tcp-3whs-failed"),
    ],
)
def test_s0_08_x04_the_hairpin_is_seen_to_die(
    lab: Lab, variant: str, cause: str, packet: str, reason: str
) -> None:
    """S0-08, X-04: SYN in, SYN out, the client's answer in, and dropped; only our captures were typed."""
    live = lab(*([variant] if variant else []))
    before = live.running_config("edge-asa")
    folder = evidence(live)
    ran = live.bothways("collect", *WORDS, "--allow-captures", "-o", folder, "--format", "json")

    assert ran.code == 2, ran.err
    said = ran.json
    assert (said["outcome"], said["agrees"], said["differences"]) == ("dies", True, [])
    assert said["foretold"]["fate"] == cause
    inside, dropped = said["captured"]
    assert (inside["interface"], dropped["interface"]) == ("inside", "")
    assert {odd["cause"] for odd in inside["odd"]} == {cause}
    assert [row["agrees"] for row in inside["ladder"]["rows"][:3]] == [True, None, True]
    assert dropped["ladder"] is None
    assert f"{cause} (certain) at edge-asa, inside, packet " in said["verdict"]
    assert re.search(rf"\({reason}\), first the client's {packet}:", said["verdict"])
    assert dropped["odd"]
    assert said["firewalls"][0]["drops"][reason] > 0
    assert {row["flags"] for row in said["firewalls"][0]["connections"]} <= {"SaAB"}
    assert all(f"{WORDS[1]}/443" in line for line in said["firewalls"][0]["log"])

    placed, gone = changing(live)[:2], changing(live)[2:]
    assert placed == [one["command"] for one in said["captures"]]
    assert gone == [one["removal"] for one in said["captures"]]
    assert live.configured("edge-asa") == []
    assert changing(live, "lab-switch") == []
    assert standing(live) == []
    assert live.running_config("edge-asa") == before

    assert sorted(path.name for path in folder.iterdir()) == [
        "edge-asa-asp-drop.txt", "edge-asa-inside.txt", "read.snapshot", "transcript.log",
    ]  # fmt: skip
    again = live.json("capture", *sorted(folder.glob("*.txt")), "--snapshot", folder / "read.snapshot")
    assert again["exit_code"] == 2
    assert again["joins"] == []
    of_inside = next(one for one in again["captures"] if one["file"] == "edge-asa-inside.txt")
    assert {odd["cause"] for odd in of_inside["odd"]} == {cause}
    assert any(one["agrees"] for one in again["foretold"])


def test_two_firewalls_that_translate_are_captured_each_in_its_own_words(tmp_path: Path) -> None:
    """A flow over two ASAs with NAT lives; each interface is matched by the addresses it has there."""
    with story(tmp_path / "lab", "forged-rst") as live:
        ran = live.bothways(
            "collect", "10.20.0.25", "203.0.113.80", "tcp/80", "--allow-captures", "--format", "json"
        )
        assert ran.code == 0, ran.err
        said = ran.json
        matched = {(one["device"], one["interface"]): one["command"] for one in said["captures"]}
        assert {place: re.findall(r"match .*", command)[0] for place, command in matched.items()} == {
            ("office-asa", "inside"): "match tcp host 10.20.0.25 host 203.0.113.80 eq 80",
            ("office-asa", "outside"): "match tcp host 192.0.2.10 host 203.0.113.80 eq 80",
            ("office-asa", ""): "match tcp host 10.20.0.25 host 203.0.113.80 eq 80 "
            "match tcp host 192.0.2.10 host 203.0.113.80 eq 80",
            ("app-asa", "outside"): "match tcp host 192.0.2.10 host 203.0.113.80 eq 80",
            ("app-asa", "inside"): "match tcp host 192.0.2.10 host 10.30.0.80 eq 80",
            ("app-asa", ""): "match tcp host 192.0.2.10 host 203.0.113.80 eq 80 "
            "match tcp host 192.0.2.10 host 10.30.0.80 eq 80",
        }
        assert (said["outcome"], said["agrees"]) == ("lives", True)
        assert [one["device"] for one in said["joins"]] == ["office-asa", "app-asa"]
        for joined in said["joins"]:
            assert (joined["packets"]["both"], joined["packets"].get("lost", 0)) == (11, 0), joined
        assert standing(live, "office-asa") == standing(live, "app-asa") == []


def test_a_connection_that_was_open_before(tmp_path: Path) -> None:
    """A firewall in the middle of a flow's life: dropped there, not foretold of a new one, and said so."""
    flow = ("10.40.0.50", "10.10.0.20", "tcp/443")
    with story(tmp_path / "lab", "state-bypass", lived_s=60.0) as live:
        beside = live.bothways("collect", *flow, "--allow-captures")
        assert beside.code == 3
        assert "no packet of it passes an ASA that was read" in beside.err
        by_routes = live.json("collect", *flow, "--on", "mpls-asa")
        assert [one["interface"] for one in by_routes["captures"]] == ["MPLS", "Inside", ""]

        live.ask("link", wire="fibre", device="branch-switch", up=False)
        ran = live.bothways("collect", *flow, "--allow-captures", "--format", "json")
        assert ran.code == 2, ran.err
        said = ran.json
        assert (said["outcome"], said["agrees"]) == ("dies", None)
        assert "mpls-asa dropped" in said["verdict"]
        assert "(tcp-not-syn), first the client's PSH ACK" in said["verdict"]
        assert said["verdict"].endswith("it was open before, and nobody opened one meanwhile")
        assert standing(live, "mpls-asa") == []
        text = live.bothways("collect", *flow, "--allow-captures").out
        assert text.splitlines()[-1] == f"bothways diagnose {' '.join(flow)} --scenario mid-stream"


def test_no_firewall_is_on_the_way(tmp_path: Path) -> None:
    """Routers that translate are no place for a capture: nothing is typed, and what would help is said."""
    with story(tmp_path / "lab", "one-way-nat") as live:
        ran = live.bothways("collect", "192.4.4.4", "10.1.1.1", "tcp/23", "--allow-captures")
        assert ran.code == 3
        assert "no packet of it passes an ASA that was read; name the firewall: --on DEVICE" in ran.err
        named = live.bothways("collect", "192.4.4.4", "10.1.1.1", "tcp/23", "--on", "EdgeR2")
        assert named.code == 12
        assert "EdgeR2: is no ASA: captures are placed on ASAs only" in named.err
        assert all(changing(live, device) == [] for device in live.hosts)


def test_nobody_opens_a_connection(lab: Lab) -> None:
    """It waits as long as it was told, on the product's clock, then removes what it placed, and says 3."""
    live = lab(story=calm(hairpin()))
    before_s = float(live.ask("clock")["now_s"])
    ran = live.bothways("collect", *WORDS, "--allow-captures", "--wait", "2m")
    assert ran.code == 3
    assert ran.out.startswith(f"{STORY_FLOW}: not seen: no packet of it came to edge-asa within 120 s\n")
    assert ran.out.splitlines()[-1] == f"bothways collect {STORY_FLOW} --allow-captures --wait 600s"
    assert f"open the connection now: {WORDS[0]} -> {WORDS[1]} tcp/443" in ran.err
    assert 120 <= float(live.ask("clock")["now_s"]) - before_s < 130
    assert standing(live) == []


def test_another_administrators_capture_is_left_alone(lab: Lab) -> None:
    """What stood there before stands there after, with what it held."""
    live = lab()
    live.openssh("edge-asa", "capture theirs interface inside match ip any any")
    ran = live.bothways("collect", *WORDS, "--allow-captures")
    assert ran.code == 2, ran.err
    assert "  agrees      with what was predicted" in ran.out.splitlines()
    assert standing(live) == ["theirs"]
    assert not [line for line in changing(live) if "theirs" in line and line.startswith("no")]


def test_the_answer_as_files(lab: Lab) -> None:
    """The page, the picture, the text and the JSON stand beside the evidence, each with the dead packet."""
    live = lab()
    unknown = live.bothways("collect", *WORDS, "--allow-captures", "--report", "htm")
    assert unknown.code == 10
    assert "no form 'htm'" in unknown.err
    assert live.typed("edge-asa") == []

    folder = evidence(live)
    forms = "html,svg,md,json"
    said = live.json("collect", *WORDS, "--allow-captures", "--report", forms, "-o", folder)
    assert said["exit_code"] == 2
    files = {path.name: path.read_text() for path in folder.glob("collect.*")}
    assert [str(folder / name) for name in ("collect.html", "collect.svg", "collect.md", "collect.json")] == (
        said["reports"]
    )
    beside = {"html": "predicted and captured", "svg": "predicted and captured", "md": "| agrees |"}
    for form, words in beside.items():
        assert words in files[f"collect.{form}"], form
        assert "DIES" in files[f"collect.{form}"].upper(), form
    assert "<script" not in files["collect.html"]
    assert "Seen to die, as foretold" in files["collect.html"]
    assert json.loads(files["collect.json"])["verdict"] == said["verdict"]


def test_a_folder_with_captures_of_another_time_is_refused(lab: Lab) -> None:
    """Evidence of two runs in one folder would be read as one: refused before anybody is called."""
    live = lab()
    folder = evidence(live)
    folder.mkdir()
    (folder / "edge-asa-inside.txt").write_text("0 packets captured\n")
    ran = live.bothways("collect", *WORDS, "--allow-captures", "-o", folder)
    assert ran.code == 10
    assert "holds edge-asa-inside.txt of another time; name an empty folder" in ran.err
    assert live.typed("edge-asa") == []


def test_the_run_is_listed(lab: Lab) -> None:
    """`runs` names it, and there is nothing left to clean up."""
    live = lab()
    assert live.bothways("collect", *WORDS, "--allow-captures").code == 2
    (run,) = live.json("runs")["runs"]
    assert (run["plan"], run["devices"], run["outcome"]) == (
        "collect", ["edge-asa"], "2 captures placed, read, and proven gone",
    )  # fmt: skip
    cleaned = live.bothways("collect", "--clean-up")
    assert (cleaned.code, cleaned.out) == (0, "no run left anything\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("10.12.0.130", "172.16.1.18", "udp/69"), "only connections of TCP"),
        (("10.12.0.130", "172.16.1.18", "tcp/443", "--on", "nobody"), "no device 'nobody'"),
        (("10.12.0.130", "172.16.1.18", "tcp/443", "--wait", "soon"), "is no time"),
        (("--clean-up", "--allow-captures"), "stands alone"),
        ((), "0 parts"),
    ],
)
def test_bad_words_connect_to_nothing(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    """Refused with 10 before anybody is called."""
    with ExitStack() as stack:
        live = stack.enter_context(story(tmp_path / "lab", "hairpin"))
        ran = live.bothways("collect", *words)
        assert ran.code == 10
        assert said in ran.err
        assert live.typed("edge-asa") == []
