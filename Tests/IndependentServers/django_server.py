"""Django OAuth Toolkit as the authorization server, and an API that it protects: a second opinion on the same requests.

The first line on standard output is one JSON object with the addresses. The clients come from the command line as JSON:
[{"id": …, "secret": …}]. It speaks HTTP/1.0, one connection a request, as simple servers do.
"""

import json
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="not a secret: it signs nothing here",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "oauth2_provider"],
    # A fast hash: the tests are not about its strength.
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    OAUTH2_PROVIDER={"SCOPES": {"read:loans": "read loans", "create:repayment": "report repayments"}},
    USE_TZ=True,
)
django.setup()

from django.core.management import call_command  # noqa: E402 (Django has to be set up first)
from django.http import JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from oauth2_provider.decorators import protected_resource  # noqa: E402
from oauth2_provider.models import Application  # noqa: E402
from oauth2_provider.views import TokenView  # noqa: E402


@protected_resource(scopes=["read:loans"])
def loans(request):
    return JsonResponse({"loans": [{"id": number} for number in range(25)]})


urlpatterns = [path("oauth/token/", TokenView.as_view()), path("loans/", loans)]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


call_command("migrate", verbosity=0)
for entry in json.loads(sys.argv[1]):
    Application.objects.create(
        client_id=entry["id"],
        client_secret=entry["secret"],
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
    )

from django.core.wsgi import get_wsgi_application  # noqa: E402

http = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
base = f"http://127.0.0.1:{http.server_port}"
print(json.dumps({"token_url": f"{base}/oauth/token/", "base_url": base}), flush=True)
http.serve_forever()
