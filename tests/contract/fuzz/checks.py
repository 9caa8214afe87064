"""Extensions of Schemathesis: a check, and a change to its requests."""

import zlib

import schemathesis
from schemathesis.generation.meta import TestPhase
from schemathesis.generation.modes import GenerationMode

# The beginnings of the server's messages about fields that do not fit their schema.
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

# Headers that stop a write before the rules of the catalog are checked: a random tag almost never
# names the current state (412), and a short random key belongs to an earlier call (409).
STOPPING_HEADERS = ("If-Match", "Idempotency-Key")
# One of this many is sent.
SENT = 4


@schemathesis.hook
def map_case(context, case):
    """Drops most of the valid headers that stop writes. Invalid ones are kept, since they must be refused."""
    generated = case.meta
    if generated is None or generated.generation.mode != GenerationMode.POSITIVE:
        return case
    for name in STOPPING_HEADERS:
        value = (case.headers or {}).get(name)
        # The choice is the same in every run.
        if value is not None and zlib.crc32(repr(value).encode()) % SENT:
            del case.headers[name]
    return case


@schemathesis.check
def refused_by_rules_alone(ctx, response, case):
    """Only the rules of the catalog may refuse a request that fits the schema."""
    generated = case.meta
    if generated is None or generated.generation.mode != GenerationMode.POSITIVE:
        return
    # The other phases put ids of existing objects into examples, and some items lose a required
    # field.
    if generated.phase.name not in (TestPhase.FUZZING, TestPhase.STATEFUL):
        return
    if response.status_code != 400:
        return
    details = response.json()["error"]["details"]
    # Some details are an object, such as the digest that a changeset has.
    for violation in details if isinstance(details, list) else []:
        message = violation["message"]
        assert not message.startswith(FORM), f"{violation['field']}: {message}"
