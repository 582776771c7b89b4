"""A server that breaks its first answers and then behaves. Sockets alone: no library would send these bytes.

The first line on standard output is one JSON object with the address.
"""

import argparse
import json
import socket
import struct
import threading

arguments = argparse.ArgumentParser()
arguments.add_argument("--fault", required=True)
arguments.add_argument("--times", type=int, required=True)
arguments.add_argument("--records", type=int, default=2000)
arguments = arguments.parse_args()

BODY = json.dumps({"items": [{"id": number} for number in range(arguments.records)]}, separators=(",", ":")).encode()
HALF = BODY[: len(BODY) // 2]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
remaining = arguments.times
lock = threading.Lock()


def length(of):
    return HEAD + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(of)


def chunk(of):
    return b"%x\r\n%s\r\n" % (len(of), of)


FAULTS = {
    "short-length": length(BODY) + HALF,
    "chunks-cut": HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk(HALF),
    "reset": length(BODY) + HALF,
    "silence": length(BODY) + HALF,
    "not-http": b"SSH-2.0-OpenSSH_9.2\r\n",
    "header-bomb": HEAD + b"".join(b"X-%d: %s\r\n" % (n, b"x" * 1000) for n in range(2000)) + b"\r\n",
}


def serve(connection):
    global remaining
    request = b""
    while b"\r\n\r\n" not in request:
        received = connection.recv(65536)
        if not received:
            return connection.close()
        request += received
    with lock:
        is_broken = remaining > 0
        remaining -= 1
    try:
        connection.sendall(FAULTS[arguments.fault] if is_broken else length(BODY) + BODY)
        if is_broken and arguments.fault == "silence":
            connection.settimeout(5)
            connection.recv(1)
        if is_broken and arguments.fault == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    except OSError:
        pass  # The other side had enough.
    connection.close()


listener = socket.create_server(("127.0.0.1", 0), backlog=64)
print(json.dumps({"base_url": f"http://127.0.0.1:{listener.getsockname()[1]}"}), flush=True)
while True:
    threading.Thread(target=serve, args=[listener.accept()[0]], daemon=True).start()
