"""An authorization server and a protected API, both Authlib's: what they accept and refuse is Authlib's decision.

The first line on standard output is one JSON object with the addresses. The clients come from the command line as JSON:
[{"id": …, "secret": …, "auth": "client_secret_post" or "client_secret_basic", "scope": "read:loans …"}].
`GET /seen` tells what was asked for, for the tests. With `--uses N` a token is revoked after N calls.
"""

import argparse
import json
import logging
import threading
import time

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector, current_token
from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin, grants, list_to_scope, scope_to_list
from authlib.oauth2.rfc6750 import BearerTokenValidator
from flask import Flask, jsonify, request
from werkzeug.serving import make_server


class Client(ClientMixin):
    def __init__(self, entry):
        self.client_id = entry["id"]
        self.secret = entry["secret"]
        self.auth = entry["auth"]
        self.scopes = scope_to_list(entry["scope"])

    def get_client_id(self):
        return self.client_id

    def get_allowed_scope(self, scope):
        return list_to_scope([name for name in scope_to_list(scope or "") if name in self.scopes])

    def check_client_secret(self, client_secret):
        return self.secret == client_secret

    def check_endpoint_auth_method(self, method, endpoint):
        return method == self.auth

    def check_grant_type(self, grant_type):
        return grant_type == "client_credentials"


class Token(TokenMixin):
    def __init__(self, client, entry):
        self.client = client
        self.entry = entry
        self.issued_at = time.time()
        self.uses = 0

    def check_client(self, client):
        return self.client is client

    def get_client(self):
        return self.client

    def get_user(self):
        return None

    def get_scope(self):
        return self.entry.get("scope", "")

    def get_expires_in(self):
        return self.entry["expires_in"]

    def is_expired(self):
        return time.time() > self.issued_at + self.entry["expires_in"]

    def is_revoked(self):
        return uses_of_a_token is not None and self.uses > uses_of_a_token


class Grant(grants.ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]


class Validator(BearerTokenValidator):
    def authenticate_token(self, token_string):
        token = tokens.get(token_string)
        if token:
            with lock:
                token.uses += 1
        return token


arguments = argparse.ArgumentParser()
arguments.add_argument("--clients", required=True)
arguments.add_argument("--uses", type=int)
arguments = arguments.parse_args()

uses_of_a_token = arguments.uses
clients = {entry["id"]: Client(entry) for entry in json.loads(arguments.clients)}
tokens = {}
seen = {"token_requests": [], "calls": []}
lock = threading.Lock()

app = Flask(__name__)
app.config["OAUTH2_SCOPES_SUPPORTED"] = ["read:loans", "create:repayment"]
server = AuthorizationServer(
    app,
    query_client=clients.get,
    save_token=lambda token, request: tokens.update({token["access_token"]: Token(request.client, dict(token))}),
)
server.register_grant(Grant)
require_oauth = ResourceProtector()
require_oauth.register_token_validator(Validator())


@app.post("/oauth/token")
def issue_token():
    seen["token_requests"].append(
        {
            "scope": request.form.get("scope"),
            "audience": request.form.get("audience"),
            "secret_in_form": "client_secret" in request.form,
            "secret_in_header": "Authorization" in request.headers,
        }
    )
    return server.create_token_response()


@app.get("/loans")
@require_oauth("read:loans")
def loans():
    offset, limit = (int(request.args[name]) for name in ("offset", "limit"))
    seen["calls"].append({"offset": offset, "client": current_token.client.client_id})
    rows = [{"id": number, "price": number / 4} for number in range(25)]
    return jsonify({"total": len(rows), "loans": rows[offset : offset + limit]})


@app.post("/repayments")
@require_oauth("create:repayment")
def repayments():
    seen["calls"].append({"body": request.get_json(), "scope": current_token.get_scope()})
    return jsonify({"accepted": 1})


@app.get("/seen")
def what_was_seen():
    return jsonify(seen)


logging.getLogger("werkzeug").setLevel(logging.ERROR)
http = make_server("127.0.0.1", 0, app, threaded=True)
base = f"http://127.0.0.1:{http.server_port}"
print(json.dumps({"token_url": f"{base}/oauth/token", "base_url": base}), flush=True)
http.serve_forever()
