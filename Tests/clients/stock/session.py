"""A whole session through the client of pygls, a library for language servers.

Called as: python session.py VRXD REQUESTS. REQUESTS is a JSON file: an array of {method, params}; the string "$model" in
params stands for the handle that model/load answered. Prints the last result as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from pygls.client import JsonRPCClient

PATIENCE = 300


def fill(value: Any, model: Any) -> Any:
    if value == "$model":
        return model
    if isinstance(value, dict):
        return {name: fill(inner, model) for name, inner in value.items()}
    if isinstance(value, list):
        return [fill(inner, model) for inner in value]
    return value


def plain(value: Any) -> Any:
    """pygls makes named tuples of objects whose type it does not know; their fields keep their names."""
    if hasattr(value, "_asdict"):
        return {name: plain(inner) for name, inner in value._asdict().items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value


async def main() -> None:
    client = JsonRPCClient()
    await client.start_io(sys.argv[1])
    model = result = None
    for step in json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")):
        answer = client.protocol.send_request_async(step["method"], fill(step["params"], model))
        result = await asyncio.wait_for(answer, PATIENCE)
        if step["method"] == "initialize":
            client.protocol.notify("initialized", {})
        if step["method"] == "model/load":
            model = result.model
    await asyncio.wait_for(client.protocol.send_request_async("shutdown", None), 10)
    client.protocol.notify("exit", None)
    code = await asyncio.wait_for(client._server.wait(), 10)
    await client.stop()
    print(json.dumps({"result": plain(result), "exitCode": code}))


asyncio.run(main())
