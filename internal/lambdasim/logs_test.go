package lambdasim_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

// filter finds prime's log messages, page by page.
func filter(t *testing.T, sim *lambdasim.Simulator, in cloudwatchlogs.FilterLogEventsInput) (messages, streams []string, pages int) {
	t.Helper()
	in.LogGroupName = aws.String("/aws/lambda/prime")
	paginator := cloudwatchlogs.NewFilterLogEventsPaginator(cloudwatchlogs.NewFromConfig(sim.Config()), &in)
	for paginator.HasMorePages() {
		page, err := paginator.NextPage(context.Background())
		require.NoError(t, err)
		pages++
		for _, e := range page.Events {
			messages = append(messages, *e.Message)
			streams = append(streams, *e.LogStreamName)
		}
	}
	return messages, streams, pages
}

func TestLogsAreFoundAfterTheirIngestion(t *testing.T) {
	bubble(t, lambdasim.Options{}, lambdasim.Function{Behavior: steady}, func(t *testing.T, sim *lambdasim.Simulator, client *lambda.Client) {
		sim.Publish("prime", "")
		began := time.Now()
		for _, qualifier := range []string{"$LATEST", "1", "1"} {
			_, err := client.Invoke(context.Background(), &lambda.InvokeInput{FunctionName: aws.String("prime"), Qualifier: aws.String(qualifier)})
			require.NoError(t, err)
		}
		reports := cloudwatchlogs.FilterLogEventsInput{FilterPattern: aws.String(`"REPORT RequestId"`)}
		messages, _, _ := filter(t, sim, reports)
		require.Empty(t, messages)
		time.Sleep(4 * time.Second)
		messages, streams, pages := filter(t, sim, reports)
		require.Len(t, messages, 3)
		require.Equal(t, 2, pages, "the first page of a search is empty")
		require.True(t, strings.HasPrefix(messages[0], "REPORT RequestId: ") && strings.HasSuffix(messages[0], "Init Duration: 50.00 ms\t\n"))
		require.Regexp(t, `^2000/01/01/\[\$LATEST\][0-9a-f]{32}$`, streams[0])
		require.Regexp(t, `^2000/01/01/\[1\][0-9a-f]{32}$`, streams[1])
		require.Equal(t, streams[1], streams[2], "one stream a sandbox")

		messages, _, _ = filter(t, sim, cloudwatchlogs.FilterLogEventsInput{LogStreamNamePrefix: aws.String("2000/01/01/[1]")})
		require.Len(t, messages, 7)
		require.True(t, strings.HasPrefix(messages[0], "INIT_START Runtime Version: provided.al2023\t"))
		require.True(t, strings.HasPrefix(messages[1], "START RequestId"))
		messages, _, pages = filter(t, sim, cloudwatchlogs.FilterLogEventsInput{LogStreamNames: streams[:1], Limit: aws.Int32(1)})
		require.Len(t, messages, 4)
		require.Equal(t, 5, pages)
		messages, _, _ = filter(t, sim, cloudwatchlogs.FilterLogEventsInput{FilterPattern: aws.String("?\"START RequestId\" ?END -zzz")})
		require.Len(t, messages, 6)
		messages, _, _ = filter(t, sim, cloudwatchlogs.FilterLogEventsInput{EndTime: aws.Int64(began.Add(162 * time.Millisecond).UnixMilli())})
		require.Len(t, messages, 2, "INIT_START and START: the end is not part of the window")
	})
}

func TestLogSearchesThatAreRefused(t *testing.T) {
	bubble(t, lambdasim.Options{}, lambdasim.Function{}, func(t *testing.T, sim *lambdasim.Simulator, _ *lambda.Client) {
		client := cloudwatchlogs.NewFromConfig(sim.Config())
		tests := []struct {
			name, code, message string
			in                  cloudwatchlogs.FilterLogEventsInput
		}{
			{"group", "ResourceNotFoundException", "The specified log group does not exist.", cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("x")}},
			{"streams and prefix", "InvalidParameterException", "LogStreamNames and LogStreamNamePrefix are mutually exclusive",
				cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("/aws/lambda/prime"), LogStreamNamePrefix: aws.String("a"), LogStreamNames: []string{"a"}}},
			{"fields", "InvalidParameterException", "lambdasim knows filter patterns of terms only: { $.type = \"a\" }",
				cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("/aws/lambda/prime"), FilterPattern: aws.String(`{ $.type = "a" }`)}},
			{"open quote", "InvalidParameterException", "Invalid filter pattern",
				cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("/aws/lambda/prime"), FilterPattern: aws.String(`"a`)}},
			{"token", "InvalidParameterException", "The specified nextToken is invalid.",
				cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("/aws/lambda/prime"), NextToken: aws.String("x")}},
		}
		for _, test := range tests {
			_, err := client.FilterLogEvents(context.Background(), &test.in)
			requireAPIError(t, err, test.code, 400, test.message)
		}
	})
}
