"""The script that one would write by hand: requests and orjson, records to NDJSON. Arguments: URL, token, output."""

import sys

import orjson
import requests


def main(url, token, output):
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token}"
    offset = 0
    with open(output, "wb") as file:
        while True:
            answer = session.get(url, params={"offset": offset, "limit": 300}, timeout=60)
            answer.raise_for_status()
            page = orjson.loads(answer.content)
            for loan in page["loans"]:
                file.write(orjson.dumps(loan) + b"\n")
            offset += len(page["loans"])
            if not page["loans"] or offset >= page["total"]:
                return


main(*sys.argv[1:])
