#!/usr/bin/env bash
# A nested stack whose policy names two functions of its parent gets one parameter for each. With the feature flag
# @aws-cdk/aws-iam:minimizePolicies, which `cdk init` sets, the order of the parameters depends on how many tokens the rest of
# the app has made before: resources of merged statements are sorted by the tokens' text, and TOKEN.1000 sorts before
# TOKEN.999. The asset's hash and TemplateURL change with it, and cdk diff shows a change of a stack in which nothing has changed.
# Expected: that constructs elsewhere in an app do not change a nested stack's template.
#
# Seen with aws-cdk-lib 2.276.0, constructs 10.6.0, 2026-11-28.
set -euo pipefail
version=2.276.0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cd "$folder"
npm install --silent --no-audit --no-fund "aws-cdk-lib@$version" constructs@10.6.0 >/dev/null
cat >app.js <<'JAVASCRIPT'
const { App, Lazy, NestedStack, Stack } = require('aws-cdk-lib');
const iam = require('aws-cdk-lib/aws-iam');
const sqs = require('aws-cdk-lib/aws-sqs');

const token = () => Number(/\d+/.exec(Lazy.string({ produce: () => undefined }))[0]);

// template returns the nested stack's, for an app that makes tokens up to a number between two references.
function template(number) {
  const app = new App({ context: { '@aws-cdk/aws-iam:minimizePolicies': true } });
  const stack = new Stack(app, 'Stack');
  const [first, second] = [new sqs.Queue(stack, 'First'), new sqs.Queue(stack, 'Second')];
  const nested = new NestedStack(stack, 'Nested');
  const role = new iam.Role(nested, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  while (token() < number - 10);
  const one = `${first.queueArn}/`;
  while (token() < number);
  const other = `${second.queueArn}/`;
  for (const resource of [one, other]) {
    role.addToPolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [resource] }));
  }
  const assembly = app.synth();
  const file = require('fs').readdirSync(assembly.directory).find((name) => name.endsWith('.nested.template.json'));
  return require('fs').readFileSync(`${assembly.directory}/${file}`, 'utf8');
}
const [usual, across] = [template(0), template(10000)];
const same = JSON.stringify(JSON.parse(usual).Resources) === JSON.stringify(JSON.parse(across).Resources);
const order = (text) => Object.keys(JSON.parse(text).Parameters).map((name) => /First|Second/.exec(name)[0]).join(', ');
console.log(`the same resources: ${same}; parameters: ${order(usual)}; after 10,000 tokens: ${order(across)}`);
JAVASCRIPT
seen=$(CDK_VALIDATION=false node app.js 2>/dev/null)
echo "aws-cdk-lib $version: $seen"
[[ $seen == "the same resources: true; parameters: First, Second; after 10,000 tokens: Second, First" ]]
