"""Holds `cargo metadata` against .deny.toml; scripts/deny.sh calls it.

It reads the part of cargo-deny's format that .deny.toml uses, and refuses what it does not know, so
that no rule is believed to hold that nobody looks at.
"""

import json
import re
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

KNOWN = {
    "licenses": {"allow"},
    "bans": {"multiple-versions", "wildcards", "skip"},
    "sources": {"unknown-registry", "unknown-git", "allow-registry"},
}


def unknown_rules(rules):
    for section, settings in rules.items():
        for name in settings:
            if name not in KNOWN.get(section, ()):
                yield f".deny.toml: {section}.{name} is not known here"
    for section, name in (
        ("bans", "multiple-versions"),
        ("bans", "wildcards"),
        ("sources", "unknown-registry"),
        ("sources", "unknown-git"),
    ):
        if rules[section][name] != "deny":
            yield f".deny.toml: {section}.{name} can only be deny here"


def accepts(expression, allowed):
    """Whether an SPDX expression leaves a way that only takes allowed licences.

    `/` is how old manifests write OR; AND binds more tightly than OR, as SPDX has it.
    """
    tokens = re.findall(r"[()]|[\w.+-]+", expression.replace("/", " OR "))

    def one():
        token = tokens.pop(0)
        if token == "(":
            result = either()
            if tokens.pop(0) != ")":
                raise ValueError(expression)
            return result
        if tokens[:1] == ["WITH"]:
            token = " ".join([token, tokens.pop(0), tokens.pop(0)])
        return token in allowed

    def both():
        result = one()
        while tokens[:1] == ["AND"]:
            tokens.pop(0)
            result = one() and result
        return result

    def either():
        result = both()
        while tokens[:1] == ["OR"]:
            tokens.pop(0)
            result = both() or result
        return result

    result = either()
    if tokens:
        raise ValueError(expression)
    return result


def licences(packages, rules):
    allowed, used = set(rules["allow"]), set()
    for package in packages:
        expression = package["license"] or ""
        used.update(name for name in allowed if name in expression)
        try:
            is_accepted = accepts(expression, allowed)
        except (IndexError, ValueError):
            is_accepted = False
        if not is_accepted:
            yield f"{package['name']} {package['version']}: the licence {expression or 'none'}"
    for name in sorted(allowed - used):
        yield f".deny.toml: nothing has the licence {name}"


def sources(packages, rules):
    allowed = {f"registry+{registry}" for registry in rules["allow-registry"]}
    for package in packages:
        if package["source"] is not None and package["source"] not in allowed:
            yield f"{package['name']} {package['version']} comes from {package['source']}"


def versions(packages, rules):
    found = defaultdict(set)
    for package in packages:
        found[package["name"]].add(package["version"])
    skipped = set()
    for entry in rules["skip"]:
        name, _, version = entry["crate"].partition("@")
        if not entry.get("reason"):
            yield f".deny.toml: {name} is skipped without a reason"
        if version not in found[name] or len(found[name]) < 2:
            yield f".deny.toml: {name} {version} need not be skipped"
        skipped.add((name, version))
    for name, of_name in sorted(found.items()):
        left = sorted(version for version in of_name if (name, version) not in skipped)
        if len(left) > 1:
            yield f"{name} is there as {', '.join(left)}"


def wildcards(members):
    for package in members:
        for dependency in package["dependencies"]:
            if dependency["req"] == "*" and dependency.get("path") is None:
                yield f"{package['name']} takes every version of {dependency['name']}"


def unused(members):
    """Dependencies whose name stands nowhere in the sources of the package that asks for them."""
    for package in members:
        folder = Path(package["manifest_path"]).parent
        files = [
            path
            for part in ("src", "tests", "scripts", "examples", "benches")
            for path in (folder / part).rglob("*.rs")
            if "node_modules" not in path.parts
        ]
        text = "\n".join(path.read_text() for path in files)
        words = set(re.findall(r"\w+", re.sub(r"//.*", "", text)))
        for dependency in package["dependencies"]:
            name = dependency["rename"] or dependency["name"]
            if name.replace("-", "_") not in words:
                yield f"{package['name']} does not use {name}"


def main():
    rules_path, metadata_path = sys.argv[1:]
    rules = tomllib.loads(Path(rules_path).read_text())
    metadata = json.loads(Path(metadata_path).read_text())
    packages = metadata["packages"]
    members = [package for package in packages if package["id"] in metadata["workspace_members"]]
    found = [
        *unknown_rules(rules),
        *licences(packages, rules["licenses"]),
        *sources(packages, rules["sources"]),
        *versions(packages, rules["bans"]),
        *wildcards(members),
        *unused(members),
    ]
    for finding in found:
        print(finding, file=sys.stderr)
    print(f"{len(packages)} packages, {len(found)} findings.")
    sys.exit(1 if found else 0)


main()
