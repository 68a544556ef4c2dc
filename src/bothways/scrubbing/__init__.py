"""Addresses, names, secrets and payload replaced, the same way everywhere, with a private map to undo it."""

from bothways.scrubbing.files import Scrubbed, scrub_files, undo_files
from bothways.scrubbing.private_map import PrivateMap, load_map, save_map

__all__ = ["PrivateMap", "Scrubbed", "load_map", "save_map", "scrub_files", "undo_files"]
