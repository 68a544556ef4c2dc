"""What a firewall with an IPS module prints, and how a wire loses a segment on order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.lab_front.conftest import RunningLab


def _shown(lab: RunningLab, command: str) -> list[str]:
    with lab.terminal("office-asa") as terminal:
        return terminal.type(command).split("\r\n")[1:-1]


def test_the_module_stands_in_policy_and_flags(ctcp_lab: RunningLab) -> None:
    """S4-02: `show service-policy` names it, `show conn` has its letter."""
    lines = _shown(ctcp_lab, "show service-policy")
    at = lines.index("    Class-map: ips_traffic")
    assert lines[at + 1 : at + 3] == [
        "      IPS: card status Up, mode inline fail-open",
        "        packet input 0, packet output 0, drop 0, reset-drop 0",
    ]
    assert _shown(ctcp_lab, "show running-config policy-map | begin class ips")[:2] == [
        " class ips_traffic",
        "  ips inline fail-open",
    ]
    ctcp_lab.ask("hold", client="laptop", server="headend", port=10000)
    conns = [line for line in _shown(ctcp_lab, "show conn") if line.startswith("TCP")]
    assert re.fullmatch(
        r"TCP outside  203.0.113.90:10000 inside  10.30.0.21:\d+, idle 0:00:0\d, bytes \d+, flags XUIO ",
        conns[-1],
    )


def test_a_wire_loses_a_segment_on_order(ctcp_lab: RunningLab) -> None:
    """S4-01: held, lost, dead: each of it asked for through the control socket."""
    port = ctcp_lab.ask("hold", client="laptop", server="headend", port=10000)["client_port"]
    lost_s = ctcp_lab.ask("lose", wire="internet", sender="headend", client_port=port)["now_s"]
    said = ctcp_lab.ask("became", client_port=port, since_s=lost_s)
    assert (said["fate"], said["at"]) == ("proxy-stall", {"device": "office-asa", "packet": 7})
    assert said["result"] == "timeout"
    drops = [line.split() for line in _shown(ctcp_lab, "show asp drop")]
    assert any("(tcp-buffer-timeout)" in words and int(words[-1]) for words in drops)
