"""Job files for the runner, and what stands beside them."""

import random


def environment(servers, base_url, ca=None):
    """The head of a job whose environment is these servers."""
    lines = [
        "environment: bench",
        "environments:",
        "  bench:",
        f"    token_url: {servers.token_url}",
        f"    audience: {servers.audience}",
        f"    base_url: {base_url}",
        "    client_id: ${{ secrets.BENCH_CLIENT_ID }}",
        "    client_secret: ${{ secrets.BENCH_CLIENT_SECRET }}",
        "    scopes: { read:loans: { access: read }, create:repayment: { access: write } }",
    ]
    if ca:
        lines.append(f"    tls: {{ ca_file: {ca} }}")
    return "\n".join(lines) + "\n"


def secrets(servers):
    return {"BENCH_CLIENT_ID": servers.client_id, "BENCH_CLIENT_SECRET": servers.client_secret}


def pull(servers, base_url, resource, ca=None, in_flight=4, max_pages=20_000):
    """All pages of a resource."""
    return "name: pull\n" + environment(servers, base_url, ca) + f"""
steps:
  - id: loans
    scopes: [read:loans]
    concurrency: {in_flight}
    request: {{ path: /{resource} }}
    paginator: {{ type: offset, limit: 300, total_path: $.total, max_pages: {max_pages} }}
    data_selector: $.loans[*]
"""


def one_answer(servers, base_url, resource):
    """One answer, whatever its size."""
    return "name: pull\n" + environment(servers, base_url) + f"""
steps:
  - id: loans
    scopes: [read:loans]
    request: {{ path: /{resource} }}
    data_selector: $.loans[*]
"""


def slow_pages(servers, wait, in_flight):
    return "name: pull\n" + environment(servers, servers.slow) + f"""
steps:
  - id: loans
    scopes: [read:loans]
    concurrency: {in_flight}
    request: {{ path: /pages, params: {{ wait: {wait} }} }}
    paginator: {{ type: offset, limit: 20, total_path: $.total }}
    data_selector: $.loans[*]
"""


def slow_posts(servers, count, wait, in_flight):
    items = "\n".join(f'      - {{ loan_id: "{1_000_000 + number}", amount: 25.00 }}' for number in range(count))
    return "name: post\n" + environment(servers, servers.slow) + f"""
steps:
  - id: repayments
    scopes: [create:repayment]
    concurrency: {in_flight}
    for_each:
{items}
    request: {{ method: POST, path: /sink, params: {{ wait: {wait} }}, json: {{ repayments: ["${{{{ item }}}}"] }} }}
"""


def batches(servers, rows_file, in_flight=8):
    return "name: post\n" + environment(servers, servers.plain) + f"""
steps:
  - id: repayments
    scopes: [create:repayment]
    concurrency: {in_flight}
    for_each: {{ csv: {rows_file}, columns: {{ amount: number }} }}
    batch_size: 250
    request: {{ method: POST, path: /sink, json: {{ repayments: "${{{{ batch }}}}" }} }}
"""


def rows(file, count):
    """A CSV file of repayments, some of them with quoted fields."""
    draw = random.Random(7)
    with open(file, "w", encoding="utf-8") as out:
        out.write("loan_id,amount,client_id,note\n")
        for number in range(count):
            note = '"paid, at the ""market"""' if number % 10 == 0 else "cash"
            out.write(f"{1_000_000 + number},{draw.randrange(1, 900)}.{draw.randrange(100):02d},{draw.randrange(10**6)},{note}\n")


def steps(count):
    """A job of many steps, each with a call of its own."""
    lines = ["name: many", "environment: sandbox", "steps:"]
    for number in range(count):
        lines += [
            f"  - id: step{number}",
            "    scopes: [read:loans]",
            "    request: { path: \"/v3/partner/${{ token.partnerId }}/loans\", params: { query: q%d } }" % number,
            "    paginator: { type: offset, limit: 300, total_path: $.total }",
            "    data_selector: $.loans[*]",
        ]
    return "\n".join(lines) + "\n"


def scopes(seed, scope_count=40, requirements=500, alternatives=3, tokens="single"):
    """Requirements of three alternatives each, of one to three scopes: which is the smallest set that meets them all?"""
    draw = random.Random(seed)
    names = [f"scope{number:02d}" for number in range(scope_count)]
    lines = [
        "name: solver", f"tokens: {tokens}", "environment: many", "environments:", "  many:",
        "    token_url: http://127.0.0.1:9/token", "    base_url: http://127.0.0.1:9",
        "    client_id: ${{ secrets.ID }}", "    client_secret: ${{ secrets.SECRET }}",
        "    scopes: { " + ", ".join(f"{name}: {{ access: read }}" for name in names) + " }",
        "steps:",
    ]
    for number in range(requirements):
        options = [draw.sample(names, draw.randint(1, 3)) for _ in range(alternatives)]
        text = ", ".join("[" + ", ".join(option) + "]" for option in options)
        lines += [f"  - id: step{number}", f"    scopes: {{ any_of: [{text}] }}", "    request: { path: /things }"]
    return "\n".join(lines) + "\n"
