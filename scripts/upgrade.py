#!/usr/bin/env python3
"""Replaces two old servers by new ones under load; scripts/upgrade.sh calls it.

Usage: scripts/upgrade.py OLD NEW SECONDS PORT PORT, with DATABASE_URL in the environment

OLD and NEW are the programs, and the ports are those of the two servers.
"""

import http.client
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter

ORGANIZATION = "shop"
WRITERS = READERS = 4
# Within which a server shows what another one wrote.
SEEN_WITHIN = 1.0
ANSWERED_WITHIN = 5.0
READY_WITHIN = 60.0
POLLED_EVERY = 0.02


class Replica:
    """A server that the load balancer knows; it is sent calls from the moment on at which it is ready."""

    def __init__(self, port):
        self.port = port
        self.environment = {
            **os.environ,
            "PRICEBOOK_LISTEN": f"127.0.0.1:{self.port}",
            # What version 0.1 calls it.
            "LISTEN": f"127.0.0.1:{self.port}",
            "RUST_LOG": "warn",
        }
        self.process = None
        self.is_ready = False

    def start(self, program):
        self.process = subprocess.Popen(
            [program, "serve"], env=self.environment, stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            try:
                if call(self.port, "GET", "/readyz")[0] == 200:
                    self.is_ready = True
                    return
            except OSError:
                # It does not listen yet.
                pass
            if self.process.poll() is not None:
                raise SystemExit(f"{program} ended with {self.process.returncode}")
            time.sleep(POLLED_EVERY)
        raise SystemExit(f"{program} was not ready after {READY_WITHIN:.0f} s")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(30)
        self.is_ready = False
        if status != 0:
            raise SystemExit(f"a server ended with {status}")


def call(port, method, path, key=None, body=None, headers=(), kept=None):
    """Status and body of a call, on a connection of its own unless one is kept."""
    connection = kept or http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWERED_WITHIN)
    sent = dict(headers)
    if key:
        sent["x-api-key"] = key
    if body is not None:
        sent["content-type"] = "application/json"
        body = json.dumps(body)
    try:
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        if not kept:
            connection.close()


class Clients:
    """What calls all the time, and what it was told."""

    def __init__(self, replicas, key):
        self.replicas = replicas
        self.key = key
        self.counts = Counter()
        self.failures = []
        self.acknowledged = {}
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.turns = itertools.count()

    def fail(self, what):
        with self.lock:
            self.failures.append(f"{time.monotonic() - START:.2f} s: {what}")

    def next_replica(self):
        while True:
            replica = self.replicas[next(self.turns) % len(self.replicas)]
            if replica.is_ready:
                return replica

    def balanced(self, method, path, body=None, headers=(), kept=None):
        """Goes to a replica, and to the next one as long as none has taken the call. All calls may
        be sent again: those that write carry an idempotency key."""
        for _ in range(8):
            replica = self.next_replica()
            connection = kept.get(replica.port) if kept is not None else None
            is_used = connection is not None
            if kept is not None and not is_used:
                connection = http.client.HTTPConnection(
                    "127.0.0.1", replica.port, timeout=ANSWERED_WITHIN
                )
                kept[replica.port] = connection
            try:
                answer = call(replica.port, method, path, self.key, body, headers, connection)
                self.counts["answered"] += 1
                if kept is not None and connection.sock is None:
                    del kept[replica.port]
                return answer
            except ConnectionRefusedError:
                self.counts["refused"] += 1
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                # Closed without a byte of an answer: an idle connection that was kept, or a new one
                # that the server never took.
                self.counts["kept connection closed" if is_used else "not taken"] += 1
            except (OSError, http.client.HTTPException) as why:
                self.fail(f"{method} {path} at {replica.port}: {why!r}")
                return None
            if kept is not None:
                kept.pop(replica.port).close()
        self.fail(f"{method} {path}: nobody takes it")
        return None

    def check(self, what, answer):
        if answer is None:
            return None
        status, body = answer
        try:
            read = json.loads(body)
        except ValueError:
            read = None
        if status != 200 or read is None:
            self.fail(f"{what}: {status} {body[:300]}")
            return None
        return read["data"]

    def write(self, writer):
        kept = {} if writer % 2 else None
        for number in itertools.count():
            if self.ended.is_set():
                return
            name = f"{writer} {number}"
            headers = {"idempotency-key": f"call {name}"}
            made = self.check(
                "a write",
                self.balanced("POST", "/api/v1/plan-groups", {"name": name}, headers, kept),
            )
            if made:
                self.acknowledged[made["id"]] = name
            body = {"name": f"Plan {name}"}
            headers = {"idempotency-key": f"change {name}"}
            path = f"/api/v1/plans/plan_{writer}/manage"
            self.check("a change", self.balanced("PUT", path, body, headers, kept))

    def read(self, reader):
        kept = {} if reader % 2 else None
        paths = ("/api/v1/plans/plan_0", "/api/v1/plans", "/api/v1/plan-groups?limit=5")
        for path in itertools.cycle(paths):
            if self.ended.is_set():
                return
            self.check("a read", self.balanced("GET", path, kept=kept))

    def look(self):
        """What one replica has written the other one shows in time, if it is there."""
        for number in itertools.count():
            if self.ended.wait(0.05):
                return
            one, other = self.replicas[number % 2], self.replicas[1 - number % 2]
            if not (one.is_ready and other.is_ready):
                continue
            name = f"Seen {number}"
            path = "/api/v1/plans/seen"
            try:
                change = {"name": name}
                status, _ = call(one.port, "PUT", f"{path}/manage", self.key, change)
                if status != 200:
                    self.fail(f"a change to be seen: {status}")
                    continue
                written = time.monotonic()
                while True:
                    asked = time.monotonic()
                    status, body = call(other.port, "GET", path, self.key)
                    if status != 200:
                        self.fail(f"{path} at {other.port}: {status} {body[:300]}")
                        break
                    if json.loads(body)["data"]["name"] == name:
                        self.counts["seen"] += 1
                        break
                    if asked - written > SEEN_WITHIN:
                        self.fail(f"{name} is not seen at {other.port}")
                        break
                    time.sleep(0.01)
            except (OSError, http.client.HTTPException):
                # One of them is being replaced.
                self.counts["not looked at"] += 1


def groups(port, key):
    """All plan groups, page by page."""
    found, cursor = {}, ""
    while True:
        status, body = call(port, "GET", f"/api/v1/plan-groups?limit=100{cursor}", key)
        page = json.loads(body)
        if status != 200:
            raise SystemExit(f"the list of groups: {status} {body}")
        for group in page["data"]:
            found[group["id"]] = group["name"]
        if not page.get("hasMore"):
            return found
        cursor = f"&cursor={page['nextCursor']}"


def upgrade(old, new, seconds, ports):
    create = [old, "keys", "create", "--organization", ORGANIZATION]
    key = subprocess.run(create, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    replicas = [Replica(port) for port in ports]
    clients = Clients(replicas, key)
    work = [threading.Thread(target=clients.look)]
    for number in range(WRITERS):
        work.append(threading.Thread(target=clients.write, args=(number,)))
    for number in range(READERS):
        work.append(threading.Thread(target=clients.read, args=(number,)))
    try:
        for replica in replicas:
            replica.start(old)
        for code in ["seen", *(f"plan_{number}" for number in range(WRITERS))]:
            plan = {"name": code, "code": code}
            status, body = call(replicas[0].port, "POST", "/api/v1/plans/manage", key, plan)
            if status != 200:
                raise SystemExit(f"no plan: {body}")
        for thread in work:
            thread.start()
        time.sleep(seconds)
        for replica in replicas:
            replica.stop()
            replica.start(new)
            time.sleep(seconds)
        clients.ended.set()
        for thread in work:
            thread.join()
        found = [groups(replica.port, key) for replica in replicas]
        for replica in replicas:
            replica.stop()
    finally:
        clients.ended.set()
        for replica in replicas:
            if replica.process and replica.process.poll() is None:
                replica.process.kill()
    report(clients, found)


def report(clients, found):
    for name, count in sorted(clients.counts.items()):
        print(f"{count:8} {name}")
    print(f"{len(clients.acknowledged):8} groups acknowledged")
    if clients.counts["seen"] == 0 or not clients.acknowledged:
        clients.fail("nothing was checked")
    for groups_there in found:
        lost = clients.acknowledged.keys() - groups_there.keys()
        if lost:
            clients.fail(f"{len(lost)} acknowledged groups are lost")
        if len(set(groups_there.values())) != len(groups_there):
            clients.fail("a call counted twice")
    if clients.failures:
        print(*clients.failures[:20], sep="\n", file=sys.stderr)
        raise SystemExit(f"{len(clients.failures)} failures")


def main():
    old, new, seconds, *ports = sys.argv[1:]
    upgrade(old, new, float(seconds), [int(port) for port in ports])


START = time.monotonic()
main()
