"""Writes vrx/types.py, the types of parameters and results, from protocol/openrpc.json. With --check, only says whether it is
up to date."""

from __future__ import annotations

import argparse
import json
import keyword
import re
import sys
from pathlib import Path
from typing import Any, Dict, List, Tuple

HERE = Path(__file__).resolve().parent
DOCUMENT = HERE.parents[1] / "protocol" / "openrpc.json"
TARGET = HERE / "vrx" / "types.py"

HEAD = '''"""Parameters and results as they are on the wire.

Made by generate_types.py from protocol/openrpc.json: do not edit.
"""

from __future__ import annotations

from typing import Any, Dict, List, Literal, TypedDict, Union

'''


class Generator:
    """Turns schemas into type expressions, and objects into classes."""

    def __init__(self, parts: Dict[str, Any]) -> None:
        self.parts = parts
        self.classes: Dict[str, str] = {}
        self.aliases: Dict[str, str] = {}

    def expression(self, schema: Dict[str, Any], name: str) -> str:
        """The type of a schema; an object without a name of its own takes `name`."""
        if "$ref" in schema:
            return self.part(schema["$ref"].rpartition("/")[2])
        if "allOf" in schema:
            return self.expression(schema["allOf"][0], name)
        if "anyOf" in schema:
            members: List[str] = []
            for choice in schema["anyOf"]:
                member = self.expression(choice, f"{name}Object")
                if member not in members:
                    members.append(member)
            return members[0] if len(members) == 1 else f"Union[{', '.join(members)}]"
        if "enum" in schema:
            return f"Literal[{', '.join(json.dumps(word) for word in schema['enum'])}]"
        kinds = schema.get("type", "any")
        if isinstance(kinds, list):
            return f"Union[{', '.join(self.expression({**schema, 'type': kind}, name) for kind in kinds)}]"
        if kinds == "array":
            return f"List[{self.expression(schema.get('items', {}), name)}]"
        if kinds == "object":
            if "properties" in schema:
                return self.record(name, schema)
            return f"Dict[str, {self.expression(schema.get('additionalProperties', {}), name)}]"
        return {
            "any": "Any", "null": "None", "string": "str", "boolean": "bool", "integer": "int", "number": "float"
        }[kinds]

    def part(self, name: str) -> str:
        if name not in self.classes and name not in self.aliases:
            schema = self.parts[name]
            if schema.get("type") == "object" and "properties" in schema:
                self.record(name, schema)
            else:
                self.aliases[name] = ""
                self.aliases[name] = f"{name} = {self.expression(schema, name)}"
        return name

    def record(self, name: str, schema: Dict[str, Any]) -> str:
        """A TypedDict: in the functional form, as members may have names that are words of Python."""
        if name in self.classes:
            return name
        self.classes[name] = ""
        required = set(schema.get("required", ()))
        lines: Dict[bool, List[str]] = {True: [], False: []}
        members = sorted(schema["properties"].items())
        is_functional = any(keyword.iskeyword(member) for member, _ in members)
        for member, inner in members:
            type_name = name + member[:1].upper() + member[1:]
            meaning = inner.get("description", "")
            expression = self.expression(inner, type_name)
            here = lines[member in required]
            here += [f"    # {meaning}"] if meaning else []
            here.append(f'    "{member}": {quote(expression)},' if is_functional else f"    {member}: {expression}")
        bases = []
        text = ""
        for is_required in (True, False):
            if lines[is_required] and (is_functional or len(lines[True]) * len(lines[False]) > 0):
                base = f"_{name}{'Required' if is_required else 'Optional'}"
                text += record(base, lines[is_required], is_required, is_functional) + "\n\n"
                bases.append(base)
        text += f"class {name}({', '.join(bases) or 'TypedDict' + ('' if required or not members else ', total=False')}):\n"
        text += f'    """{schema.get("description") or describe(name)}"""\n'
        if not bases and members:
            text += "\n" + "\n".join(lines[True] + lines[False]) + "\n"
        self.classes[name] = text
        return name


def record(name: str, lines: List[str], is_required: bool, is_functional: bool) -> str:
    total = "" if is_required else ", total=False"
    body = "\n".join(lines)
    if is_functional:
        return f'{name} = TypedDict(\n    "{name}",\n    {{\n{indented(body)}\n    }}{total},\n)\n'
    return f"class {name}(TypedDict{total}):\n{body}\n"


def indented(text: str) -> str:
    return "\n".join("    " + line for line in text.splitlines())


def quote(expression: str) -> str:
    """Types are named by strings: some come further down."""
    return json.dumps(expression) if '"' not in expression else "'" + expression + "'"


def describe(name: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()
    return words[:1].upper() + words[1:] + "."


def parameters_name(method: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"\W+", method)) + "Params"


def generate(document: Dict[str, Any]) -> str:
    generator = Generator(document["components"]["schemas"])
    methods: List[Tuple[str, Dict[str, Any]]] = []
    for method in document["methods"]:
        if method.get("x-notification"):
            continue
        properties, required = {}, []
        for parameter in method["params"]:
            if "$ref" in parameter:
                parameter = document["components"]["contentDescriptors"][parameter["$ref"].rpartition("/")[2]]
            properties[parameter["name"]] = {
                "allOf": [parameter["schema"]], "description": parameter.get("description", "")
            }
            if parameter["required"]:
                required.append(parameter["name"])
        if properties:
            name = parameters_name(method["name"])
            meaning = f"Parameters of `{method['name']}`. {method['summary']}"
            methods.append(
                (name, {"type": "object", "properties": properties, "required": required, "description": meaning}))
        generator.expression(method["result"]["schema"], parameters_name(method["name"])[: -len("Params")] + "Result")
    for name in sorted(document["components"]["schemas"]):
        generator.part(name)
    for name, schema in methods:
        generator.record(name, schema)
    blocks = list(generator.classes.values())
    aliases = [text + "\n" for _, text in sorted(generator.aliases.items())]
    names = sorted([*generator.aliases, *generator.classes])
    exported = "__all__ = [\n" + "".join(f'    "{name}",\n' for name in names) + "]\n"
    return HEAD + exported + "\n\n" + "\n\n".join(blocks) + "\n\n" + "".join(aliases)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where types.py is stale")
    options = parser.parse_args()
    text = generate(json.loads(DOCUMENT.read_text(encoding="utf-8")))
    if options.check:
        if TARGET.exists() and TARGET.read_text(encoding="utf-8") == text:
            return 0
        print(f"{TARGET} is stale: run {Path(__file__).name}", file=sys.stderr)
        return 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
