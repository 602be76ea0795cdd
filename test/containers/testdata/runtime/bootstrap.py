# Stands in for Lambda's runtime interface client for Python: asks for events and answers them.
import http.client
import importlib
import json
import os
import sys

sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
module, _, name = os.environ["_HANDLER"].rpartition(".")
handler = getattr(importlib.import_module(module), name)


def call(method, path, body=None):
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    connection.request(method, "/2018-06-01/runtime/invocation/" + path, body)
    response = connection.getresponse()
    return response.getheader("Lambda-Runtime-Aws-Request-Id"), response.read()


while True:
    request, event = call("GET", "next")
    call("POST", request + "/response", json.dumps(handler(json.loads(event), None)))
