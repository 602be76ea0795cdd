#!/usr/bin/env bash
# `sam build` of a Node.js function with `Architectures: [arm64]` on an x86_64 machine (and the other way
# round) runs npm as it is: native packages come for the machine that builds, which Node.js on arm64 cannot
# load. The build succeeds, and its log does not speak of architectures. Expected: packages for arm64, or a warning.
#
# Seen with aws-sam-cli 1.170.0, npm 11.19.1 and @node-rs/crc32 1.10.6 on linux/x86_64, 2026-11-27.
set -euo pipefail
sam=1.170.0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

case $(uname -m) in
x86_64) machine=x64 asked=arm64 ;;
aarch64 | arm64) machine=arm64 asked=x86_64 ;;
*) echo "this finding is about x86_64 and arm64 machines" >&2; exit 1 ;;
esac

python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "aws-sam-cli==$sam"
mkdir "$folder/app" "$folder/app/function"
cd "$folder/app"
cat >template.yaml <<YAML
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Checksum:
    Type: AWS::Serverless::Function
    Properties:
      Architectures: [$asked]
      Runtime: nodejs22.x
      Handler: index.handler
      CodeUri: function
YAML
echo 'exports.handler = async () => require("@node-rs/crc32").crc32("text")' >function/index.js
echo '{"name": "function", "version": "1.0.0", "dependencies": {"@node-rs/crc32": "1.10.6"}}' >function/package.json

HOME=$folder SAM_CLI_TELEMETRY=0 "$folder/venv/bin/sam" build >sam.log 2>&1 || { cat sam.log >&2; exit 1; }
grep -q 'Build Succeeded' sam.log
! grep -qiE 'arch|arm64|x86' <(grep -v "$folder" sam.log) || { cat sam.log >&2; exit 1; }
seen=$(cd .aws-sam/build/Checksum/node_modules/@node-rs && echo crc32-*)
echo "aws-sam-cli $sam: sam build for $asked on $machine succeeded and packed @node-rs/$seen"
[[ $seen == "crc32-linux-$machine-gnu" ]]
