#!/usr/bin/env bash
# In CDK for Go every class is an interface, and Go's interfaces are met by structure: the type assertion to CompositeAlarm
# holds for a plain Alarm, whose methods are a superset, so that a type switch takes one for the other, by the order of its
# cases. What CloudFormation will make of it (AWS::CloudWatch::Alarm) is only in the resource. Expected: that a type
# assertion tells classes apart, as instanceof does in TypeScript.
#
# Seen with aws-cdk-go v2.270.0, jsii-runtime-go v1.139.0, go 1.26.8, Node.js 22, 2026-11-28. It compiles CDK for a minute.
set -euo pipefail
version=v2.270.0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export GOTOOLCHAIN=go1.26.8 GOFLAGS='-mod=mod -modcacherw' GOWORK=off JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION=1

cd "$folder"
cat >go.mod <<MOD
module example.com/assertions

go 1.26

require (
	github.com/aws/aws-cdk-go/awscdk/v2 $version
	github.com/aws/constructs-go/constructs/v10 v10.6.0
	github.com/aws/jsii-runtime-go v1.139.0
)
MOD
cat >main.go <<'GO'
package main

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/jsii-runtime-go"
)

func main() {
	defer jsii.Close()
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Stack"), nil)
	var plain, composite any
	plain = awscloudwatch.NewAlarm(stack, jsii.String("Plain"), &awscloudwatch.AlarmProps{
		Metric:    awscloudwatch.NewMetric(&awscloudwatch.MetricProps{Namespace: jsii.String("A"), MetricName: jsii.String("B")}),
		Threshold: jsii.Number(1), EvaluationPeriods: jsii.Number(1),
	})
	composite = awscloudwatch.NewCompositeAlarm(stack, jsii.String("Composite"), &awscloudwatch.CompositeAlarmProps{
		AlarmRule: awscloudwatch.AlarmRule_FromBoolean(jsii.Bool(true)),
	})
	_, plainIsComposite := plain.(awscloudwatch.CompositeAlarm)
	_, compositeIsPlain := composite.(awscloudwatch.Alarm)
	kind := plain.(awscloudwatch.Alarm).Node().DefaultChild().(awscdk.CfnResource).CfnResourceType()
	fmt.Printf("an Alarm (%s) is a CompositeAlarm: %t; a CompositeAlarm is an Alarm: %t\n", *kind, plainIsComposite, compositeIsPlain)
}
GO
seen=$(go run . 2>/dev/null)
echo "aws-cdk-go $version: $seen"
[[ $seen == "an Alarm (AWS::CloudWatch::Alarm) is a CompositeAlarm: true; a CompositeAlarm is an Alarm: false" ]]
