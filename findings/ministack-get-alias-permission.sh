#!/usr/bin/env bash
# ministack, an emulator of AWS, checks IAM policies if it is told to. It takes a call of GetAlias for lambda:ListAliases: a
# role that has exactly the permission that AWS asks for, lambda:GetAlias, is denied the call there, and a policy that the
# emulator is content with is none that works on AWS. Expected: the action of the call.
#
# Seen with ministack 1.5.33, botocore 1.43.106, 2026-11-28. The emulator listens on loopback and ends with the script.
set -euo pipefail
version=1.5.33
folder=$(mktemp -d)
emulator=
trap '[[ -z $emulator ]] || kill "$emulator"; wait; rm -rf "$folder"' EXIT

python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "ministack==$version" botocore==1.43.106
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cd "$folder"
env -i PATH="$PATH" HOME="$folder" TMPDIR="$folder" AUTH=true BIND_HOST=127.0.0.1 GATEWAY_PORT="$port" \
  "$folder/venv/bin/ministack" >log 2>&1 &
emulator=$!
seen=$(PORT=$port "$folder/venv/bin/python" - <<'PYTHON'
import io
import json
import os
import time
import zipfile

import botocore.exceptions
import botocore.session


def client(service, key="test", secret="test"):
    return botocore.session.Session().create_client(
        service, region_name="us-east-1", endpoint_url=f"http://127.0.0.1:{os.environ['PORT']}",
        aws_access_key_id=key, aws_secret_access_key=secret)


iam, owner = client("iam"), client("lambda")
for _ in range(200):
    try:
        iam.list_users()
        break
    except botocore.exceptions.BotoCoreError:
        time.sleep(0.1)
trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
role = iam.create_role(RoleName="role", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
code = io.BytesIO()
with zipfile.ZipFile(code, "w") as archive:
    archive.writestr("app.py", "def handler(event, context): pass")
owner.create_function(FunctionName="f", Role=role, Runtime="python3.13", Handler="app.handler", Code={"ZipFile": code.getvalue()})
owner.create_alias(FunctionName="f", Name="live", FunctionVersion="$LATEST")


def verdict(action):
    name = action.replace(":", "-")
    iam.create_user(UserName=name)
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}
    iam.put_user_policy(UserName=name, PolicyName="policy", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    user = client("lambda", key["AccessKeyId"], key["SecretAccessKey"])
    try:
        user.get_alias(FunctionName="f", Name="live")
        return "allowed"
    except user.exceptions.ClientError as error:
        return error.response["Error"]["Code"]


print(f"get_alias with lambda:GetAlias: {verdict('lambda:GetAlias')}; with lambda:ListAliases: {verdict('lambda:ListAliases')}")
PYTHON
)
echo "ministack $version: $seen"
[[ $seen == "get_alias with lambda:GetAlias: AccessDeniedException; with lambda:ListAliases: allowed" ]]
