"""An API that takes its time: each answer comes so many milliseconds after its request, whatever else is going on.

GET /pages?offset=N&limit=20&wait=MS answers with 20 small records of 20,000; POST /sink?wait=MS takes anything.
"""

import asyncio
import sys
from urllib.parse import parse_qs, urlsplit

TOTAL, LIMIT = 20_000, 20


class Connection(asyncio.Protocol):
    """One HTTP/1.1 connection: one request at a time, with a body of known length."""

    def connection_made(self, transport):
        self.transport, self.received, self.missing, self.head = transport, bytearray(), 0, None

    def data_received(self, data):
        self.received += data
        while True:
            if self.head is None:
                end = self.received.find(b"\r\n\r\n")
                if end < 0:
                    return
                self.head = bytes(self.received[:end]).decode("latin-1").split("\r\n")
                del self.received[: end + 4]
                lengths = [line.split(":")[1] for line in self.head if line.lower().startswith("content-length:")]
                self.missing = int(lengths[0]) if lengths else 0
            if len(self.received) < self.missing:
                return
            del self.received[: self.missing]
            method, target = self.head[0].split(" ")[:2]
            self.head = None
            query = {key: values[0] for key, values in parse_qs(urlsplit(target).query).items()}
            asyncio.get_running_loop().call_later(int(query["wait"]) / 1000, self.answer, method, query)

    def answer(self, method, query):
        body = b'{"code":"api.success"}' if method == "POST" else page(int(query["offset"]))
        self.transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))


def page(offset):
    records = ",".join(f'{{"id":{number},"amount":25.00}}' for number in range(offset, min(offset + LIMIT, TOTAL)))
    return f'{{"total":{TOTAL},"loans":[{records}]}}'.encode()


async def main(port):
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main(int(sys.argv[1])))
    except KeyboardInterrupt:
        pass
