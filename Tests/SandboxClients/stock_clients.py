"""Sends a sandbox what stock clients send, and checks what they check.

The requests are those of Kiva's public samples (curl, Python, TypeScript, C#, Postman), header for header and body shape
for body shape, made with the `requests` library; the tokens are fetched with Authlib's OAuth 2 client too, and their
signatures verified with Authlib's JWT library against the sandbox's key set.

Usage: stock_clients.py ANNOUNCEMENT [CA_FILE]
ANNOUNCEMENT is the first line that a sandbox prints. Ends with status 0 if everything worked, else with a traceback.
"""

import json
import sys
import urllib.request

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, jwt

SANDBOX = json.loads(sys.argv[1])
CA_FILE = sys.argv[2] if len(sys.argv) > 2 else None
VERIFY = CA_FILE or True
ALL_SCOPES = "create:journal_update create:loan_draft create:repayment read:loans"
STAGE_AUDIENCE = "https://partner-api-stage.dk1.kiva.org"


def require(condition, message):
    if not condition:
        raise AssertionError(message)


def credentials():
    return {"client_id": SANDBOX["client_id"], "client_secret": SANDBOX["client_secret"]}


def fetch_token(scope, audience=None, headers=None):
    """A form of the five fields, as every one of Kiva's samples posts it; a scope of None is left out."""
    form = {
        **credentials(),
        "audience": audience or SANDBOX["audience"],
        "grant_type": "client_credentials",
        "scope": scope,
    }
    response = requests.post(
        SANDBOX["token_url"], data=form, headers=headers or {"Accept": "application/json"}, verify=VERIFY
    )
    require(response.status_code == 200, f"{response.status_code}: {response.text}")
    return response.json()


def bearer(token):
    return {"Accept": "application/json", "Authorization": f"Bearer {token['access_token']}"}


def partner_url(token, path, collection="partner"):
    return f"{SANDBOX['base_url']}/v3/{collection}/{token['partnerId']}/{path}"


def check_token_answers():
    token = fetch_token("create:loan_draft read:loans")
    require(token["token_type"] == "bearer", token)
    require(set(token["scope"].split(" ")) == {"create:loan_draft", "read:loans"}, token)
    require(token["partnerId"] == SANDBOX["partner_id"], token)
    # The Python sample passes on an unset variable, which requests leaves out; Postman sends an empty field.
    for scope in (None, ""):
        require(set(fetch_token(scope)["scope"].split(" ")) == set(ALL_SCOPES.split(" ")), scope)
    # The curl and TypeScript samples name the audience of Kiva's stage in their text.
    for audience in (STAGE_AUDIENCE, "https://partner-api-stage.kiva.org"):
        token = fetch_token(ALL_SCOPES, audience)
        response = requests.get(partner_url(token, "config/themes"), headers=bearer(token), verify=VERIFY)
        require(response.status_code == 200, response.text)
    # The curl sample cuts the token out of the text with a pattern that allows no space after the colon.
    body = requests.post(
        SANDBOX["token_url"],
        data={**credentials(), "audience": SANDBOX["audience"], "grant_type": "client_credentials"},
        verify=VERIFY,
    ).text
    require('"access_token":"' in body and "\n" not in body, body)


def check_signature():
    """An independent implementation accepts the signature, and refuses it once a bit is changed."""
    token = fetch_token("read:loans")
    keys = JsonWebKey.import_key_set(requests.get(f"{SANDBOX['base_url']}/.well-known/jwks.json", verify=VERIFY).json())
    claims = jwt.decode(
        token["access_token"],
        keys,
        claims_options={
            "iss": {"essential": True, "value": SANDBOX["base_url"] + "/"},
            "aud": {"essential": True, "value": SANDBOX["audience"]},
            "exp": {"essential": True},
        },
    )
    claims.validate()
    require(claims.header["alg"] == "RS256" and claims.header["typ"] == "JWT", claims.header)
    require(claims.header["kid"] in [key.kid for key in keys.keys], claims.header)
    require(keys.keys[0].thumbprint() == keys.keys[0].kid, "the key's id is its RFC 7638 thumbprint")
    require(set(claims) == {"aud", "scope", "iss", "partnerId", "exp", "jti", "client_id"}, claims)
    require(claims["aud"] == [SANDBOX["audience"]] and claims["scope"] == ["read:loans"], claims)
    require(claims["jti"] == token["jti"] and claims["client_id"] == SANDBOX["client_id"], claims)
    head, body, signature = token["access_token"].split(".")
    forged = ".".join([head, body[:-2] + ("AA" if body[-2:] != "AA" else "BB"), signature])
    try:
        jwt.decode(forged, keys)
    except Exception:
        return
    raise AssertionError("a forged token was accepted")


def check_oauth_library():
    """Authlib's client, with both ways to authenticate, sends requests with the token that it fetched."""
    for method in ("client_secret_post", "client_secret_basic"):
        session = OAuth2Session(
            SANDBOX["client_id"],
            SANDBOX["client_secret"],
            scope="read:loans",
            token_endpoint_auth_method=method,
        )
        session.verify = VERIFY
        token = session.fetch_token(
            SANDBOX["token_url"], grant_type="client_credentials", audience=SANDBOX["audience"], verify=VERIFY
        )
        require(token["scope"] == "read:loans", token)
        response = session.get(partner_url(token, "loans"), params={"limit": 300}, verify=VERIFY)
        require(response.status_code == 200 and len(response.json()["loans"]) == 300, response.text[:200])


def check_reads():
    token = fetch_token(ALL_SCOPES)
    for query, count in (("?limit=20", 20), ("?status=payingBack&offset=0&limit=100", 100), ("", 20)):
        response = requests.get(partner_url(token, "loans" + query), headers=bearer(token), verify=VERIFY)
        require(response.status_code == 200 and len(response.json()["loans"]) == count, response.text[:200])
    # Postman's request for loans has an empty body; the standard library's client has a name of its own.
    request = urllib.request.Request(partner_url(token, "loans"), headers=bearer(token))
    context = None
    if CA_FILE:
        import ssl

        context = ssl.create_default_context(cafile=CA_FILE)
    with urllib.request.urlopen(request, context=context) as response:
        require(json.load(response)["code"] == "api.success", "urllib")


def check_loan_draft():
    """The C# sample: four lists, then a draft that names an entry of each, with group members in a loan for one."""
    token = fetch_token(ALL_SCOPES)
    lists = {}
    for name in ("activities", "locales", "themes", "locations"):
        response = requests.get(partner_url(token, f"config/{name}"), headers=bearer(token), verify=VERIFY)
        require(response.status_code == 200, response.text)
        lists[name] = response.json()[name]
    draft = {
        "activity_id": lists["activities"][0]["activity_id"],
        "currency": lists["locales"][0]["currency"],
        "description": "A loan to try things out",
        "description_language_id": lists["locales"][0]["language_id"],
        "disburse_time": "2026-12-01",
        "entreps": [
            {
                "amount": 500,
                "client_id": "88",
                "first_name": "Núria",
                "gender": "unknown",
                "last_name": "गुरुङ",
                "loan_id": "88",
            }
        ],
        "group_name": "Nobody",
        "image_encoded": "data:image/png;base64,iVBORw0KGgo=",
        "internal_client_id": "888888",
        "internal_loan_id": "888888",
        "location": lists["locations"][1]["full_name"],
        "not_pictured": [False],
        "schedule": [{"date": "2026-12-31", "interest": 50, "principal": 500}],
        "theme_type_id": lists["themes"][0]["theme_type_id"],
    }
    headers = {**bearer(token), "Content-Type": "application/json; charset=utf-8"}
    url = partner_url(token, "loan_draft")
    response = requests.post(url, data=json.dumps(draft), headers=headers, verify=VERIFY)
    require(response.status_code == 200 and response.json()["loanDraftUuid"], response.text)
    # The draft of Kiva's Postman collection, with nothing filled in.
    empty = {
        "client_waiver_signed": True,
        "description": "",
        "loanuse": "",
        "entreps": [
            {"amount": 0, "loan_id": "", "client_id": "", "first_name": "", "last_name": "", "gender": ""}
        ],
        "schedule": [{"date": "YYYY-MM-DD", "interest": 0, "principal": 0}],
        "disburse_time": "YYYY-MM-DD",
    }
    response = requests.post(url, data=json.dumps(empty, indent=2), headers=headers, verify=VERIFY)
    require(response.status_code == 200, response.text)


def check_journals():
    """The C# sample sends a bare list to the plural path, in chunks, as its JSON content has no length."""
    token = fetch_token(ALL_SCOPES)
    journals = [
        {
            "body": "What has become of the loan",
            "image_url": "https://images.example/1.jpg",
            "internal_client_id": "123456",
            "internal_loan_id": "123456",
            "subject": "News",
        }
    ]
    headers = {**bearer(token), "Content-Type": "application/json; charset=utf-8"}
    chunks = iter([json.dumps(journals)[:20].encode(), json.dumps(journals)[20:].encode()])
    response = requests.post(
        partner_url(token, "journals", "partners"), data=chunks, headers=headers, verify=VERIFY
    )
    require(response.status_code == 201 and response.json()["confirm_url"], response.text)
    # Its newer library wraps the list, and sends null for what is not set.
    wrapped = {"journals": [{**journals[0], "internal_client_id": None}]}
    response = requests.post(partner_url(token, "journals"), json=wrapped, headers=bearer(token), verify=VERIFY)
    require(response.status_code == 201 and response.json()["archive_id"], response.text)


def check_repayments():
    """The C# sample sends a file as it is; its amounts are exact decimals, and they arrive as such."""
    token = fetch_token(ALL_SCOPES)
    text = """{
    "repayments": [
        {"loan_id": "1042970", "amount": 25.00, "client_id": "184729"},
        {"loan_id": "1043223", "amount": 480.00, "client_id": "481395"}
    ]
}
"""
    headers = {**bearer(token), "Content-Type": "application/json; charset=utf-8"}
    response = requests.post(partner_url(token, "repayments"), data=text, headers=headers, verify=VERIFY)
    require(response.status_code == 200 and response.json()["problems"] == [], response.text)
    received = requests.get(f"{SANDBOX['base_url']}/sandbox/received", verify=VERIFY).text
    require(text in received, "the report is not kept as it was sent")


def main():
    check_token_answers()
    check_signature()
    check_oauth_library()
    check_reads()
    check_loan_draft()
    check_journals()
    check_repayments()
    print("ok")


main()
