package lambdaapi

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
)

// reportPattern matches the platform's reports in both log formats.
const reportPattern = `?"REPORT RequestId" ?"platform.report"`

// Reports reads the reports of one version's streams, one query for each day (UTC) of the window.
// Streams are named 2026/11/22/[7]…, or 2026/11/22/name[7]… in a log group that is not the function's own:
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
func (c *Client) Reports(ctx context.Context, function, group, version string, from, to time.Time) ([]string, error) {
	name := function[strings.LastIndex(function, ":")+1:]
	stream := "[" + version + "]"
	if group != "/aws/lambda/"+name {
		stream = name + stream
	}
	var messages []string
	for day := from.UTC().Truncate(24 * time.Hour); !day.After(to.UTC()); day = day.Add(24 * time.Hour) {
		pages := cloudwatchlogs.NewFilterLogEventsPaginator(c.logs, &cloudwatchlogs.FilterLogEventsInput{
			LogGroupName: &group, LogStreamNamePrefix: aws.String(day.Format("2006/01/02/") + stream), FilterPattern: aws.String(reportPattern),
			StartTime: aws.Int64(from.UnixMilli()), EndTime: aws.Int64(to.UnixMilli()),
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx, func(o *cloudwatchlogs.Options) {
				if parts := strings.Split(function, ":"); len(parts) > 3 {
					o.Region = parts[3]
				}
			})
			if err != nil {
				return messages, wrap(err)
			}
			for _, e := range page.Events {
				messages = append(messages, aws.ToString(e.Message))
			}
		}
	}
	return messages, nil
}
