#!/usr/bin/env bash
# AWS Control Tower's rule CT.LAMBDA.PR.2 wants a SourceArn in a Lambda permission for a service. One that CDK writes as an
# Fn::Join, as for every route of an API, does not satisfy it, although it names one API and one route; the same ARN as
# one Fn::Sub is refused too, while a literal ARN and a bare reference pass. Expected: that the form of an ARN makes no
# difference.
#
# Seen with @cdklabs/cdk-validator-cfnguard 0.0.62, 2026-11-27.
set -euo pipefail
version=0.0.62
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

npm install --prefix "$folder" --no-save --legacy-peer-deps --ignore-scripts --no-audit --no-fund --silent "@cdklabs/cdk-validator-cfnguard@$version"
package=$folder/node_modules/@cdklabs/cdk-validator-cfnguard
rule=$package/rules/control-tower/cfn-guard/lambda/ct-lambda-pr-2.guard
case $(uname -s) in Darwin) system=macos ;; *) system=ubuntu ;; esac
case $(uname -m) in arm64 | aarch64) machine=aarch64 ;; *) machine=x86_64 ;; esac
program=$package/bin/$system/$machine/cfn-guard
chmod +x "$program"

# judge FORM ARN
judge() {
  cat >"$folder/$1.json" <<JSON
{"Resources": {
  "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": "orders", "ProtocolType": "HTTP"}},
  "Permission": {"Type": "AWS::Lambda::Permission", "Properties": {
    "Action": "lambda:InvokeFunction", "FunctionName": "orders", "Principal": "apigateway.amazonaws.com", "SourceArn": $2}}
}}
JSON
  if "$program" validate --rules "$rule" --data "$folder/$1.json" >"$folder/$1.log" 2>&1; then echo "$1 passes"; else echo "$1 fails"; fi
}

seen=$(
  judge literal '"arn:aws:execute-api:eu-central-1:111122223333:a1b2c3/*/GET/orders"'
  judge Ref '{"Ref": "Api"}'
  judge Fn::Join '{"Fn::Join": ["", ["arn:aws:execute-api:eu-central-1:111122223333:", {"Ref": "Api"}, "/*/GET/orders"]]}'
  # shellcheck disable=SC2016 # CloudFormation expands it
  judge Fn::Sub '{"Fn::Sub": "arn:aws:execute-api:eu-central-1:111122223333:${Api}/*/GET/orders"}'
)
seen=$(paste -sd , <<<"$seen" | sed 's/,/, /g')
echo "cdk-validator-cfnguard $version, CT.LAMBDA.PR.2 by the form of SourceArn: $seen"
[[ $seen == "literal passes, Ref passes, Fn::Join fails, Fn::Sub fails" ]]
