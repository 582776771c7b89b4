"""The servers that the clients talk to, on this machine only: nginx for pages, a slow server, and the token endpoint."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent

NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log warn;
events {{ worker_connections 256; }}
http {{
    access_log off;
    default_type application/json;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    open_file_cache max=4096;
    client_max_body_size 16m;
    client_body_buffer_size 1m;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    map $arg_offset $offset {{ default $arg_offset; "" 0; }}
    map $http_authorization $is_refused {{ default 1; "~^Bearer ." 0; }}
    server {{
        listen 127.0.0.1:{plain};
        {api}
    }}
    server {{
        listen 127.0.0.1:{gzip};
        gzip_static on;
        {api}
    }}
    server {{
        listen 127.0.0.1:{tls} ssl;
        ssl_certificate {folder}/cert.pem;
        ssl_certificate_key {folder}/key.pem;
        {api}
    }}
    server {{
        listen 127.0.0.1:{http2} ssl http2;
        ssl_certificate {folder}/cert.pem;
        ssl_certificate_key {folder}/key.pem;
        {api}
    }}
}}
"""

# Without a token there is nothing; what a token may do is not looked at.
API = """
        root {data};
        if ($is_refused) {{ return 401; }}
        location = /compact {{ rewrite ^ /compact/$offset.json last; }}
        location = /pretty {{ rewrite ^ /pretty/$offset.json last; }}
        location = /many {{ rewrite ^ /many/$offset.json last; }}
        location = /one {{ rewrite ^ /compact/one.json last; }}
        location = /sink {{ return 200 '{{"code":"api.success"}}'; }}
"""


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def wait_for(port, process, seconds=10):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"{process.args[0]} ended with status {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise SystemExit(f"{process.args[0]} does not listen")


class Servers:
    """All of them, from `with` to its end."""

    def __init__(self, runner, folder, data):
        self.runner, self.folder, self.data = runner, Path(folder), Path(data)
        self.processes = []

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()

    def _start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.ca = self.folder / "cert.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
             "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.folder / "key.pem", "-out", self.ca],
            check=True, capture_output=True)
        plain, gzip, tls, http2, slow = free_ports(5)
        api = API.format(data=self.data)
        text = NGINX.format(folder=self.folder, plain=plain, gzip=gzip, tls=tls, http2=http2, api=api)
        (self.folder / "nginx.conf").write_text(text)
        nginx = self._launch(["nginx", "-p", self.folder, "-c", self.folder / "nginx.conf", "-e", self.folder / "nginx.log"])
        slow_server = self._launch([sys.executable, HERE / "slow_server.py", str(slow)])
        sandbox = self._launch([self.runner, "sandbox", "--loans", "1"], stdout=subprocess.PIPE)
        announced = json.loads(sandbox.stdout.readline())
        self.token_url = announced["token_url"]
        self.audience = announced["audience"]
        self.client_id, self.client_secret = announced["client_id"], announced["client_secret"]
        wait_for(plain, nginx)
        wait_for(slow, slow_server)
        self.plain, self.gzip = f"http://127.0.0.1:{plain}", f"http://127.0.0.1:{gzip}"
        self.tls, self.http2 = f"https://127.0.0.1:{tls}", f"https://127.0.0.1:{http2}"
        self.slow = f"http://127.0.0.1:{slow}"

    def _launch(self, command, **options):
        environment = os.environ | {"PATH": os.environ["PATH"] + ":/usr/sbin"}
        process = subprocess.Popen([str(part) for part in command], env=environment, **options)
        self.processes.append(process)
        return process

    def token(self):
        """A token for the peers, which are spared fetching one."""
        form = self.token_form("read:loans")
        answer = subprocess.run(["curl", "-sSf", "-d", form, self.token_url], check=True, capture_output=True)
        return json.loads(answer.stdout)["access_token"]

    def token_form(self, scope):
        return (f"grant_type=client_credentials&scope={scope}&audience={self.audience}"
                f"&client_id={self.client_id}&client_secret={self.client_secret}")
