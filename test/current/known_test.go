package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/guard"
)

// Every table is still where it is looked for, with what it is known to have.
func TestKnown(t *testing.T) {
	ours, err := known("../..")
	require.NoError(t, err)
	require.Subset(t, ours.runtimes.facts, []string{"custom", "nodejs24.x", "go1.x"})
	require.Contains(t, ours.dates.facts, "go1.x deprecated 2024-01-08")
	require.Contains(t, ours.limits.facts, "EphemeralStorage.Size 512 to 32768")
	require.Subset(t, ours.documented.facts, []string{"Timeout 1800 seconds", "Timeout 5400 seconds"})
	require.Subset(t, ours.errors.facts, []string{"ResourceNotReadyException", "NoSuchKey"})
	require.Subset(t, ours.configuration.facts, []string{"RevisionId", "SnapStart.OptimizationStatus", "SnapStart.ApplyOn"})
	require.Subset(t, ours.regions.facts, []string{"us-east-1", "eu-central-2"})
	require.Contains(t, ours.partitions.facts, "aws-cn")
	require.Subset(t, ours.resources.facts, []string{"AWS::Lambda::Function", "AWS::Lambda::WebFunctionRevision"})
	require.NotContains(t, ours.resources.facts, "AWS::Synthetics::Canary", "cfn-lint's types are read by prefix")
	require.Subset(t, ours.properties.facts, []string{"Architectures", "Code", "Code.ImageUri", "Timeout"})
	values := map[string][]string{}
	for _, e := range ours.enums {
		values[e.name] = e.facts
	}
	require.Subset(t, values["State"], []string{"Active", "Pending"})
	require.Subset(t, values["LastUpdateStatus"], []string{"InProgress", "Successful"})
	require.NotContains(t, values["State"], "")

	_, err = known(t.TempDir())
	require.ErrorContains(t, err, "no call of an AWS service was found")
}

func TestPropertiesOf(t *testing.T) {
	type part struct{ ImageUri, S3Key any }
	require.Equal(t, []string{"Layers", "Code", "Code.ImageUri", "Code.S3Key"}, propertiesOf(struct {
		Layers any
		Code   part
	}{}))
	require.Contains(t, propertiesOf(guard.Properties{}), "Runtime")
}

// The page can be read, and its rows are about what is compared.
func TestPage(t *testing.T) {
	explained, err := readExplanations("../../" + page)
	require.NoError(t, err)
	require.NotEmpty(t, explained)
	for item := range explained {
		require.Regexp(t, `^(runtime( date)?|(documented )?limit|error|operation|(configuration|request|answer) field|region|partition|resource type|function property|service|[A-Z]\w+) \S`, item)
	}
}
