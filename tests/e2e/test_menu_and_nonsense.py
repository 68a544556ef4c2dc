"""Ways out that are not ours to push, and answers that nobody understands."""

from __future__ import annotations

from pathlib import Path

from .live import STORY_FLOW, Lab


def test_diagnose_lists_host_routes_and_the_interface_the_licence_forbids(lab: Lab) -> None:
    """S0-03, S0-04: text for other teams, and the licence line as the reason why not."""
    live = lab()
    said = live.json("diagnose", *STORY_FLOW.split())
    menu = {item["name"]: item for item in said["menu"]}
    routes = menu["host-routes"]["text"].splitlines()
    assert "route -p add 172.16.1.0 mask 255.255.255.0 10.12.0.254" in routes
    assert "ip route add 172.16.1.0/24 via 10.12.0.254" in routes
    assert all("not pushed by us" in line for line in routes if line.startswith("#"))
    assert not menu["extra-interface"]["available"]
    assert "DMZ Restricted" in menu["extra-interface"]["reason"]


def test_an_answer_in_unknown_words_is_not_an_empty_table(lab: Lab, tmp_path: Path) -> None:
    """F68, X-07: no route is not concluded from nonsense; a partial read ends with 3."""
    live = lab()
    nonsense = {"when": "line:^show ip route$", "action": "answer:% Bogus nonsense"}
    live.ask("fault", device="lab-switch", **nonsense)
    said = live.json("trace", *STORY_FLOW.split())
    assert said["fate"] != "no-route"
    assert any("show ip route" in sentence for sentence in said["could_not_see"])
    refused = {"when": "line:^show ip arp$", "action": "refuse-authorization"}
    live.ask("fault", device="lab-switch", **refused)
    ran = live.bothways("read", "-o", tmp_path / "s.zip")
    assert ran.code == 3
    assert "`show ip arp` was refused" in ran.out
