"""Every half-seen flow of a firewall at once, without being told of one: by cause and pair of networks."""

from bothways.diagnosis.census.causes import Cause
from bothways.diagnosis.census.drops import DropCount
from bothways.diagnosis.census.groups import Group, Tally
from bothways.diagnosis.census.taking import Census, take_census

__all__ = ["Cause", "Census", "DropCount", "Group", "Tally", "take_census"]
