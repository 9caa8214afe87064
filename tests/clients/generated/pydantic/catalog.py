"""Updating one field leaves all others unchanged, and answers may have new fields."""

import json
import os
import re
import time
import urllib.request
from typing import Any

import models
import pydantic


def main() -> None:
    the_models()
    code = f"pydantic_{time.time_ns()}"
    call(
        "POST",
        "plans/manage",
        models.CreatePlanRequest(
            name=f"From pydantic {code}",
            code=code,
            description="what stays",
            metadata={"tier": "gold"},
            isPublic=True,
        ),
    )
    made = plan(code)

    name = f"Renamed {code}"
    call("PUT", f"plans/{code}/manage", models.UpdatePlanRequest(name=name))
    found = plan(code)
    assert found.name == name, found.name
    assert found.description == "what stays", found.description
    assert found.metadata == {"tier": "gold"}, found.metadata
    # Everything else is unchanged.
    expected = made.model_copy(update={"name": name, "updatedAt": found.updatedAt})
    assert found == expected, f"an update of the name changed more:\n{expected}\n{found}"


def the_models() -> None:
    """Checks the effects of the options that the README recommends."""
    numbered = [name for name in vars(models) if re.fullmatch(r"[A-Z]\w*\d", name)]
    assert not numbered, f"classes without a name of their own: {numbered}"
    for field in ("description", "metadata"):
        models.UpdatePlanRequest.model_validate({field: None})
    try:
        models.CreatePlanRequest.model_validate({"name": "A", "code": "a", "isPublic": None})
    except pydantic.ValidationError:
        return
    raise AssertionError("null was accepted for a field that is never null")


def plan(code: str) -> models.Plan:
    answer = call("GET", f"plans/{code}")
    return models.PlanResponse.model_validate(grown(answer)).data


def call(method: str, path: str, body: pydantic.BaseModel | None = None) -> Any:
    """Sends only the fields that are set, and returns the answer."""
    request = urllib.request.Request(
        f"{os.environ['PRICEBOOK_URL']}/api/v1/{path}",
        method=method,
        data=body and body.model_dump_json(exclude_unset=True).encode(),
        headers={"x-api-key": os.environ["PRICEBOOK_KEY"], "content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def grown(value: Any) -> Any:
    """Adds a field to every object but metadata, as a later version may."""
    if isinstance(value, list):
        return [grown(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    fields = {
        name: inner if name == "metadata" else grown(inner) for name, inner in value.items()
    }
    return fields | {"addedLater": {"a": 1}}


main()
