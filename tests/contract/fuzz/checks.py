"""A check of ours beside those of Schemathesis."""

import schemathesis
from schemathesis.generation.meta import TestPhase
from schemathesis.generation.modes import GenerationMode

# What the server says of a field that does not fit its schema.
FORM = (
    "Is required.",
    "Is not a field of this request.",
    "Must be one of",
    "Must be an integer",
    "Must be a number",
    "Must be a string",
    "Must be an object",
    "Must be an array",
    "Must be true or false",
    "Must be from ",
    "Must have at least ",
    "Must have no item twice",
    "Must consist of lowercase letters",
)


@schemathesis.check
def refused_by_rules_alone(ctx, response, case):
    """A request that fits the schema is refused by rules of the catalog, never for its form."""
    generated = case.meta
    if generated is None or generated.generation.mode != GenerationMode.POSITIVE:
        return
    # The other phases put ids of what exists into examples, and some items lose a required field.
    if generated.phase.name not in (TestPhase.FUZZING, TestPhase.STATEFUL):
        return
    if response.status_code != 400:
        return
    for violation in response.json()["error"]["details"] or []:
        message = violation["message"]
        assert not message.startswith(FORM), f"{violation['field']}: {message}"
