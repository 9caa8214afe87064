"""Writes the body that applies a changeset, and prints its id.

changeset.py ANSWER BODY reads the answer of create-changeset from a file, and writes the body of
apply-changeset, with all findings acknowledged, to another.
"""

import json
import sys


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as answer:
        changeset = json.load(answer)["data"]
    acknowledge = sorted({finding["rule"] for finding in changeset["findings"]})
    with open(sys.argv[2], "w", encoding="utf-8") as body:
        json.dump({"digest": changeset["digest"], "acknowledge": acknowledge}, body)
    print(changeset["id"])


main()
