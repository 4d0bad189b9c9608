"""Writes vrx/types.py, the types of results and options, from protocol/openrpc.json. With --check, only reports whether
the file is up to date.

Only types that a module of the client names as `types.NAME`, and the types that those refer to, are written. To use
another type of the contract, write its name where it is needed and run this script.
"""

from __future__ import annotations

import argparse
import ast
import json
import keyword
import re
import sys
import textwrap
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Set, Tuple

HERE = Path(__file__).resolve().parent
DOCUMENT = HERE.parents[1] / "protocol" / "openrpc.json"
PACKAGE = HERE / "vrx"
TARGET = PACKAGE / "types.py"
LINE_WIDTH = 120
#: A type that has all fields of a smaller one inherits them, where these are at least so many.
MIN_INHERITED_FIELDS = 2
#: What the client makes of a field before it returns the result: by type and field.
DECODED = {("Intervention", "image"): "bytes"}

HEAD = '''"""Results as they are on the wire, and options of methods as keyword arguments, in snake case.

Made by generate_types.py from protocol/openrpc.json: do not edit.
"""

from __future__ import annotations

'''
SCALARS = {
    "any": "Any", "null": "None", "string": "str", "boolean": "bool", "integer": "int", "number": "float"
}


class Field(NamedTuple):
    """A member of an object."""

    name: str
    type: str
    is_required: bool
    meaning: str


class Contract:
    """Every type of the contract, under its name.

    Attributes:
        records: Objects: their fields, by name.
        aliases: Other named types: the expression that each stands for.
    """

    def __init__(self, document: Dict[str, Any]) -> None:
        self.records: Dict[str, Tuple[Field, ...]] = {}
        self.aliases: Dict[str, str] = {}
        self._parts: Dict[str, Any] = document["components"]["schemas"]
        self._descriptors: Dict[str, Any] = document["components"].get("contentDescriptors", {})
        self._options = options_of(document)
        for name in sorted(self._parts):
            self._part(name)
        for method in document["methods"]:
            if not method.get("x-notification"):
                name = "".join(word[:1].upper() + word[1:] for word in re.split(r"\W+", method["name"]))
                self._record(f"{name}Params", self._parameters(method))
                self._expression(method["result"]["schema"], f"{name}Result")

    def _expression(self, schema: Dict[str, Any], name: str) -> str:
        """The type of a schema; an object without a name of its own takes `name`."""
        if "$ref" in schema:
            return self._part(schema["$ref"].rpartition("/")[2])
        if "allOf" in schema:
            return self._expression(schema["allOf"][0], name)
        if "anyOf" in schema:
            return union([self._expression(choice, f"{name}Object") for choice in schema["anyOf"]])
        if "enum" in schema:
            return f"Literal[{', '.join(json.dumps(word) for word in schema['enum'])}]"
        kinds = schema.get("type", "any")
        if isinstance(kinds, list):
            return union([self._expression({**schema, "type": kind}, name) for kind in kinds])
        if kinds == "array":
            return f"List[{self._expression(schema.get('items', {}), name)}]"
        if kinds == "object" and "properties" in schema:
            return self._record(name, schema)
        if kinds == "object":
            return f"Dict[str, {self._expression(schema.get('additionalProperties', {}), name)}]"
        return SCALARS[kinds]

    def _part(self, name: str) -> str:
        if name not in self.records and name not in self.aliases:
            schema = self._parts[name]
            if schema.get("type") == "object" and "properties" in schema:
                self.records[name] = ()  # It may refer to itself.
                self.records[name] = self._fields(name, schema)
            else:
                self.aliases[name] = ""
                self.aliases[name] = self._expression(schema, name)
        return name

    def _record(self, name: str, schema: Dict[str, Any]) -> str:
        """An object without a name of its own: equal ones are one type, under the name of the first."""
        fields = self._fields(name, schema)
        for other, known in self.records.items():
            if fields and known == fields:
                return other
        self.records[name] = fields
        return name

    def _fields(self, name: str, schema: Dict[str, Any]) -> Tuple[Field, ...]:
        required = schema.get("required", ())
        return tuple(
            Field(
                snake_case(member) if name in self._options else member,
                DECODED.get((name, member)) or self._expression(inner, name + member[:1].upper() + member[1:]),
                member in required,
                inner.get("description", ""),
            )
            for member, inner in sorted(schema["properties"].items())
        )

    def _parameters(self, method: Dict[str, Any]) -> Dict[str, Any]:
        """The parameters of a method as the schema of an object."""
        found = [
            self._descriptors[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in method["params"]
        ]
        return {
            "properties": {
                one["name"]: {"allOf": [one["schema"]], "description": one.get("description", "")} for one in found
            },
            "required": [one["name"] for one in found if one["required"]],
        }


class Writer:
    """Writes types as Python. What a type inherits from is written before it."""

    def __init__(self, contract: Contract, names: Set[str]) -> None:
        self._contract = contract
        self._names = names
        self._written: Dict[str, str] = {}

    def text(self) -> str:
        for name in sorted(self._names & set(self._contract.records)):
            self._write(name)
        aliases = [f"{name} = {self._contract.aliases[name]}\n" for name in sorted(self._names - set(self._written))]
        body = "\n\n".join(self._written.values()) + ("\n\n" + "".join(aliases) if aliases else "")
        imported = [word for word in ("Any", "Dict", "List", "Literal", "TypedDict", "Union") if word in words(body)]
        return HEAD + f"from typing import {', '.join(imported)}\n\n\n" + body

    def _write(self, name: str) -> None:
        if name in self._written:
            return
        fields = self._contract.records[name]
        base = self._base(name)
        bases = []
        if base is not None:
            self._write(base)
            bases.append(base)
            fields = tuple(field for field in fields if field not in self._contract.records[base])
        groups = [[field for field in fields if field.is_required is kind] for kind in (True, False)]
        groups = [group for group in groups if group]
        if len(groups) == 1 and not bases and is_functional(groups[0]):
            self._written[name] = functional(name, groups[0])
            return
        text = ""
        body: List[Field] = []
        for index, group in enumerate(groups):
            private = f"_{name}{'Required' if group[0].is_required else 'Optional'}"
            if is_functional(group):
                text += functional(private, group) + "\n\n"
                bases.append(private)
            elif index < len(groups) - 1:
                text += class_of(private, bases, group) + "\n\n"
                bases = [private]
            else:
                body = group
        self._written[name] = text + class_of(name, bases, body)

    def _base(self, name: str) -> Optional[str]:
        """The largest written type all of whose fields this one has too."""
        own = set(self._contract.records[name])
        found = [
            (len(fields), other)
            for other, fields in self._contract.records.items()
            if other in self._names and MIN_INHERITED_FIELDS <= len(fields) < len(own) and own.issuperset(fields)
        ]
        return max(found)[1] if found else None


def class_of(name: str, bases: List[str], fields: List[Field]) -> str:
    total = ", total=False" if fields and not fields[0].is_required else ""
    lines = [f"class {name}({', '.join(bases) or 'TypedDict'}{total}):"]
    for field in fields:
        lines += [*comment(field, 4), f"    {field.name}: {field.type}"]
    return "\n".join(lines if fields else [*lines, "    pass"]) + "\n"


def functional(name: str, fields: List[Field]) -> str:
    """A TypedDict that may have words of Python as names of members."""
    lines = [f"{name} = TypedDict(", f'    "{name}",', "    {"]
    for field in fields:
        # Types are named by strings: some are written further down.
        quoted = f"'{field.type}'" if '"' in field.type else f'"{field.type}"'
        lines += [*comment(field, 8), f'        "{field.name}": {quoted},']
    lines += ["    },", *([] if fields[0].is_required else ["    total=False,"]), ")"]
    return "\n".join(lines) + "\n"


def is_functional(fields: List[Field]) -> bool:
    return any(keyword.iskeyword(field.name) for field in fields)


def comment(field: Field, indent: int) -> List[str]:
    prefix = " " * indent + "# "
    return textwrap.wrap(field.meaning, LINE_WIDTH, initial_indent=prefix, subsequent_indent=prefix)


def union(members: List[str]) -> str:
    members = list(dict.fromkeys(members))
    return members[0] if len(members) == 1 else f"Union[{', '.join(members)}]"


def snake_case(name: str) -> str:
    return re.sub(r"[A-Z]", lambda match: "_" + match[0].lower(), name)


def words(text: str) -> Set[str]:
    return set(re.findall(r"\w+", text))


def options_of(document: Dict[str, Any]) -> Set[str]:
    """Names of the types that a method takes as `options`: the client takes their members as keyword arguments."""
    found = set()
    for method in document["methods"]:
        for parameter in method["params"]:
            if parameter.get("name") == "options":
                found.add(parameter["schema"].get("$ref", "").rpartition("/")[2])
    return found


def named_in_client() -> Set[str]:
    """The types that modules of the client name as `types.NAME`."""
    return {
        node.attr
        for path in PACKAGE.glob("*.py")
        if path != TARGET
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "types"
    }


def with_what_they_refer_to(names: Set[str], contract: Contract) -> Set[str]:
    known = {**{name: " ".join(field.type for field in fields) for name, fields in contract.records.items()},
             **contract.aliases}
    missing = names - set(known)
    if missing:
        raise SystemExit(f"the client names types that the contract does not have: {', '.join(sorted(missing))}")
    reached: Set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= (words(known[name]) & set(known)) - reached
    return reached


def generate(document: Dict[str, Any]) -> str:
    """The text of vrx/types.py."""
    contract = Contract(document)
    return Writer(contract, with_what_they_refer_to(named_in_client(), contract)).text()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if types.py is stale")
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
