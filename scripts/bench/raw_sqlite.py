"""The floor for writes on SQLite: the statements that find the plan and change the rows when a
price changes, without the server's other reads and checks, and without the tag of the new state.
Each change is committed separately, with the durability of the server.

raw_sqlite.py FILE SECONDS changes prices in the file and prints the number of changes per second.
"""

import sqlite3
import sys
import time

CHANGE = [
    (
        "UPDATE scopes SET revision = revision + 1, tracked_writes = tracked_writes + 1"
        " WHERE id = :scope_id"
    ),
    "SELECT * FROM plans WHERE scope_id = :scope_id AND id = :plan_id AND deleted_at IS NULL",
    "UPDATE plans SET revision = :number WHERE id = :plan_id",
    "UPDATE plan_prices SET price = :price, updated_at = :number WHERE id = :price_id",
]
REGIONAL = (
    "UPDATE regional_prices SET price = :price WHERE price_id = :price_id AND currency = :currency"
)


def main() -> None:
    file, seconds = sys.argv[1], float(sys.argv[2])
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    prices = connection.execute("SELECT scope_id, plan_id, id FROM plan_prices LIMIT 400").fetchall()
    # Values that follow the price; the others are manual.
    derived = [
        connection.execute(
            "SELECT currency FROM regional_prices WHERE price_id = ? AND auto_synced", (price[2],)
        ).fetchall()
        for price in prices
    ]
    number = 0
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        number += 1
        at = number % len(prices)
        scope_id, plan_id, price_id = prices[at]
        values = {
            "scope_id": scope_id,
            "plan_id": plan_id,
            "price_id": price_id,
            "number": number,
            "price": 4000 + number % 1000,
        }
        connection.execute("BEGIN IMMEDIATE")
        for statement in CHANGE:
            connection.execute(statement, values).fetchall()
        for (currency,) in derived[at]:
            connection.execute(REGIONAL, {**values, "currency": currency})
        connection.execute("COMMIT")
    print(round(number / (time.monotonic() - began)))


main()
