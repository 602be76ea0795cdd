#!/usr/bin/env bash
# botocore's default client for Lambda waits 60 s for an answer. If a synchronous invocation takes longer, it
# closes the connection, which does not stop the function, and invokes it again, four times: one call of
# invoke() runs and bills the function five times, and fails in the end. Expected: that a call which is not
# idempotent is not repeated after a time-out of reading.
#
# Seen with botocore 1.43.106, 2026-11-27. The server here answers too late on purpose; read_timeout is a
# second instead of the default, which the script reads.
set -euo pipefail
version=1.43.106
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "botocore==$version"
seen=$("$folder/venv/bin/python" - <<'PYTHON'
import http.server
import threading
import time

import botocore.config
import botocore.exceptions
import botocore.session


class Late(http.server.BaseHTTPRequestHandler):
    invocations = 0

    def do_POST(self):
        Late.invocations += 1
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(3)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Late)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
client = botocore.session.Session().create_client(
    "lambda", region_name="us-east-1", endpoint_url=f"http://127.0.0.1:{server.server_port}",
    aws_access_key_id="none", aws_secret_access_key="none", config=botocore.config.Config(read_timeout=1))
try:
    client.invoke(FunctionName="slow", Payload=b"{}")
except botocore.exceptions.ReadTimeoutError:
    print(f"{Late.invocations} invocations, default read_timeout {botocore.config.Config().read_timeout} s")
PYTHON
)
echo "botocore $version: one invoke() of a function that answers late made $seen"
[[ $seen == "5 invocations, default read_timeout 60 s" ]]
