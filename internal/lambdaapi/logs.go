package lambdaapi

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/report"
)

// platformPatterns match the platform's reports and its earlier lines on a sandbox's initialisation, by log
// format.
var platformPatterns = map[string]string{
	string(lambdatypes.LogFormatText): `?"REPORT RequestId" ?"START RequestId" ?"INIT_START Runtime" ?"INIT_REPORT Init"`,
	string(lambdatypes.LogFormatJson): `?"platform.report" ?"platform.start" ?"platform.initStart" ?"platform.initRuntimeDone" ?"platform.initReport"`,
}

// What is kept of a function's log, in bytes: a function can print what looks like the platform's lines.
const (
	maxBefore  = 32 << 10 // of one report and what stands before it
	maxReports = 64 << 20 // of all of a version's: 10,000 take 10
)

// reports match reports only.
var reports = map[string]string{
	string(lambdatypes.LogFormatText): "REPORT RequestId",
	string(lambdatypes.LogFormatJson): "platform.report",
}

// Reports reads the reports of one version's streams, each with the platform's lines between it and the previous
// report. Streams are named 2026/11/22/[7]… in the function's own log group and 2026/11/22/name[7]… in one that
// was given to it; the emulator uses the short form in both, so that is tried if the other finds nothing.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
func (c *Client) Reports(ctx context.Context, where cloud.ReportQuery) ([]report.Logged, error) {
	name := where.Function[strings.LastIndex(where.Function, ":")+1:]
	short := "[" + where.Version + "]"
	if where.LogGroup == "/aws/lambda/"+name {
		return c.streamReports(ctx, where, short)
	}
	messages, err := c.streamReports(ctx, where, name+short)
	if err != nil || len(messages) > 0 {
		return messages, err
	}
	return c.streamReports(ctx, where, short)
}

// streamReports reads the streams of one name, with one query for each day (UTC) of the window and for the day
// before: a stream's name has the day on which its sandbox started.
func (c *Client) streamReports(ctx context.Context, where cloud.ReportQuery, stream string) ([]report.Logged, error) {
	region := func(o *cloudwatchlogs.Options) {
		if parts := strings.Split(where.Function, ":"); len(parts) > 3 {
			o.Region = parts[3]
		}
	}
	pattern := platformPatterns[where.LogFormat]
	if where.Alone {
		pattern = `"` + reports[where.LogFormat] + `"`
	}
	var messages []report.Logged
	total := 0
	before := map[string]string{} // the next report, by stream
	const oneDay = 24 * time.Hour
	for day := where.From.UTC().Truncate(oneDay).Add(-oneDay); !day.After(where.To.UTC()); day = day.Add(oneDay) {
		pages := cloudwatchlogs.NewFilterLogEventsPaginator(c.logs, &cloudwatchlogs.FilterLogEventsInput{
			LogGroupName: &where.LogGroup, LogStreamNamePrefix: aws.String(day.Format("2006/01/02/") + stream),
			FilterPattern: &pattern,
			StartTime:     aws.Int64(where.From.UnixMilli()), EndTime: aws.Int64(where.To.UnixMilli()),
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx, region)
			if err != nil {
				return messages, wrap(ctx, err)
			}
			for _, e := range page.Events {
				stream, message := aws.ToString(e.LogStreamName), aws.ToString(e.Message)
				text := before[stream] + strings.TrimRight(message, "\n") + "\n"
				text = text[max(0, len(text)-maxBefore):]
				if !strings.Contains(message, reports[where.LogFormat]) {
					before[stream] = text
					continue
				}
				delete(before, stream)
				if total += len(text); total > maxReports {
					return messages, nil // no platform writes so much
				}
				messages = append(messages, report.Logged{Text: text, Stream: stream})
			}
		}
	}
	return messages, nil
}

// Said reports whether a log group has a line with a phrase since then.
func (c *Client) Said(ctx context.Context, logGroup, phrase string, since time.Time) (bool, error) {
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(c.logs, &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: &logGroup, FilterPattern: aws.String(`"` + phrase + `"`), StartTime: aws.Int64(since.UnixMilli()),
	})
	for pages.HasMorePages() { // pages may be empty
		page, err := pages.NextPage(ctx)
		if err != nil {
			return false, wrap(ctx, err)
		}
		if len(page.Events) > 0 {
			return true, nil
		}
	}
	return false, nil
}
