#!/usr/bin/env bash
# The CDK refuses a layer whose compatibleRuntimes lack the function's runtime. A layer whose
# compatibleArchitectures lack the function's architecture goes into the template without a word, though both
# are known at synthesis. Expected: that both are checked alike.
#
# Seen with aws-cdk-lib 2.270.0, constructs 10.6.0, 2026-11-27.
set -euo pipefail
version=2.270.0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cd "$folder"
npm install --silent --no-audit --no-fund "aws-cdk-lib@$version" constructs@10.6.0 >/dev/null
mkdir layer
echo text >layer/file
cat >app.js <<'JAVASCRIPT'
const { App, Stack } = require('aws-cdk-lib');
const lambda = require('aws-cdk-lib/aws-lambda');

function verdict(compatible) {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const code = lambda.Code.fromAsset('layer');
  try {
    new lambda.Function(stack, 'Function', {
      architecture: lambda.Architecture.ARM_64, runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async () => 1'),
      layers: [new lambda.LayerVersion(stack, 'Layer', { code, ...compatible })],
    });
    return app.synth().getStackByName('Stack').messages.length ? 'a message' : 'nothing';
  } catch (error) {
    return 'refused';
  }
}
const runtimes = verdict({ compatibleRuntimes: [lambda.Runtime.PYTHON_3_13] });
const architectures = verdict({ compatibleArchitectures: [lambda.Architecture.X86_64] });
console.log(`a layer for another runtime: ${runtimes}; for another architecture: ${architectures}`);
JAVASCRIPT
seen=$(node app.js 2>/dev/null)
echo "aws-cdk-lib $version: $seen"
[[ $seen == "a layer for another runtime: refused; for another architecture: nothing" ]]
