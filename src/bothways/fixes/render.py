"""Templates to lines: strict, sandboxed, and no logic beyond a loop, which is checked, not hoped for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from bothways.errors import DocumentError
from bothways.fixes.contract import Fix, I, O, Values
from bothways.fixes.grammar import is_allowed, is_remark

_MOST_TEXT = 20_000
_ALLOWED_NODES = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.For)


class Content(Protocol):
    """A template or playbook with where it came from."""

    @property
    def name(self) -> str:
        """`templates/cisco_asa/state-bypass.j2`."""

    @property
    def text(self) -> str:
        """The whole file."""

    @property
    def origin(self) -> str:
        """Whose it is: the workspace's or the release's."""

    @property
    def sha256(self) -> str:
        """Of its bytes."""


@dataclass(frozen=True, slots=True)
class TextContent:
    """Content held in memory."""

    name: str
    text: str
    origin: str
    sha256: str


def render(fix: Fix[O, I], inputs: I, template: Content) -> tuple[str, ...]:
    """The lines to type, without indentation.

    Raises:
        DocumentError: the template does more than loop, uses a value that is not there, yields
            nothing, a line outside the platform's grammar, or more or fewer lines than the fix undoes.
    """
    text = _text(template, fix.values(inputs))
    lines = tuple(line.strip(" ") for line in text.split("\n") if line.strip(" "))
    where = place(template)
    if not lines:
        raise DocumentError(where, f"renders to nothing for {fix.name}")
    for line in lines:
        if not is_allowed(line, fix.platform):
            raise DocumentError(
                where,
                f"renders {line[:80]!r}, which {fix.name} may not type on {fix.platform}",
                "see the shipped template: bothways content which " + fix.template,
            )
    effective = sum(not is_remark(line) for line in lines)
    if effective != fix.line_count(inputs):
        raise DocumentError(
            where,
            f"renders {effective} commands where {fix.name} knows the undo of {fix.line_count(inputs)}",
            "remarks may be added, commands may not",
        )
    return lines


def place(template: Content, line: int = 0) -> str:
    """Where a fault of a template is: its name, the line, and whose file it is."""
    return f"{template.name}{f':{line}' if line else ''} ({template.origin})"


def _text(template: Content, values: Values) -> str:
    if len(template.text) > _MOST_TEXT:
        raise DocumentError(place(template), f"has {len(template.text)} characters; {_MOST_TEXT} are allowed")
    environment = SandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals.clear()
    environment.filters.clear()
    environment.tests.clear()
    try:
        tree = environment.parse(template.text)
        _refuse_logic(tree, template, in_loop=False)
        return environment.from_string(tree, globals={}).render(**values)
    except TemplateSyntaxError as error:
        raise DocumentError(place(template, error.lineno), f"template: {error.message}") from None
    except TemplateError as error:
        raise DocumentError(place(template), f"template: {error.message}") from None
    except RecursionError:
        raise DocumentError(place(template), "template: nested too deep") from None


def _refuse_logic(node: nodes.Node, template: Content, *, in_loop: bool) -> None:
    """A loop in a loop, a call, a filter or arithmetic can hang or fill the machine; a fix is Python."""
    for child in node.iter_child_nodes():
        loop = isinstance(child, nodes.For)
        if not isinstance(child, _ALLOWED_NODES) or (loop and in_loop) or _reaches_in(child):
            raise DocumentError(
                place(template, child.lineno),
                f"template: {_named(child)} is not allowed; a template has values and one level of loops",
            )
        _refuse_logic(child, template, in_loop=in_loop or loop)


def _reaches_in(node: nodes.Node) -> bool:
    attribute: Any = getattr(node, "attr", "")
    return isinstance(attribute, str) and attribute.startswith("_")


def _named(node: nodes.Node) -> str:
    if isinstance(node, nodes.For):
        return "a loop in a loop"
    if isinstance(node, nodes.Getattr):
        return f"the attribute {node.attr!r}"
    return type(node).__name__.lower()
