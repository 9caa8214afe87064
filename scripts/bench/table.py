"""Prints the results of scripts/bench.sh as a table.

table.py FILE reads lines of "case<TAB>target<TAB>unit<TAB>who<TAB>value", one for each round; who is
"ours" or "floor". A target, such as ">= 0.75" or "<= 2", is for the median ratio of ours to the floor
of the same round, or for our median if a case has no floor.
"""

import sys
from collections import defaultdict
from statistics import median


def show(values: list[float]) -> str:
    """The median, and the spread of the values around it."""
    if not values:
        return "-"
    middle = median(values)
    spread = (max(values) - min(values)) / middle * 100 if middle else 0
    return f"{middle:,.0f} ±{spread / 2:.0f}%" if middle >= 10 else f"{middle:.2f} ±{spread / 2:.0f}%"


def main() -> None:
    cases: dict[tuple[str, str, str], dict[str, list[float]]] = defaultdict(
        lambda: {"ours": [], "floor": []}
    )
    with open(sys.argv[1], encoding="utf-8") as lines:
        for line in lines:
            case, target, unit, who, value = line.rstrip("\n").split("\t")
            cases[case, target, unit][who].append(float(value))
    rows = [("case", "unit", "ours", "floor", "ratio", "target", "")]
    for (case, target, unit), values in cases.items():
        ours, floor = values["ours"], values["floor"]
        # A case whose last round was interrupted lacks the other value.
        ratios = [our / its for our, its in zip(ours, floor, strict=False)]
        result = median(ratios) if ratios else median(ours)
        sign, bound = target.split()
        met = result >= float(bound) if sign == ">=" else result <= float(bound)
        ratio = show(ratios)
        verdict = "met" if met else "MISSED"
        rows.append((case, unit, show(ours), show(floor), ratio, target, verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for number, row in enumerate(rows):
        cells = (
            cell.ljust(width) if column in (0, 1) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  ".join(cells).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))


main()
