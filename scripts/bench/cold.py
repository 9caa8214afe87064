"""The time from the start of a server to its first answer, in milliseconds.

cold.py ADDRESS KEY COMMAND... starts the command, requests a list of one plan until it is answered, and
stops the server.
"""

import http.client
import subprocess
import sys
import time


def main() -> None:
    address, key, command = sys.argv[1], sys.argv[2], sys.argv[3:]
    began = time.monotonic()
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.monotonic() - began < 10:
            connection = http.client.HTTPConnection(address, timeout=1)
            try:
                connection.request("GET", "/api/v1/plans?limit=1", headers={"x-api-key": key})
                if connection.getresponse().status == 200:
                    print(f"{(time.monotonic() - began) * 1000:.1f}")
                    return
            except OSError:
                time.sleep(0.0005)
            finally:
                connection.close()
        sys.exit("the server did not answer")
    finally:
        server.terminate()
        server.wait()


main()
