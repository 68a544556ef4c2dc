"""Files people write, with the place of every word: YAML 1.2 and TOML in, strict models out."""

from bothways.document.source import Document, read_text
from bothways.document.toml_text import load_toml
from bothways.document.validation import nearest, validate
from bothways.document.yaml_text import load_yaml

__all__ = ["Document", "load_toml", "load_yaml", "nearest", "read_text", "validate"]
