package execution

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/publish/keyname"
	"github.com/dualarch/dualarch/internal/verdicts"
)

// largestResult is far above what Step Functions takes as an output, which is what a result is made of, in bytes.
const largestResult = 8 << 20

// keptResult is an object of Results.
type keptResult struct {
	key       string
	began     time.Time
	execution string // its name, as keys write it
}

// kept returns the newest verdicts among a machine's Results that are of none of the executions in known, at most so many,
// newest first. Without Results there are none. An object is read only if its key is that of an execution not known.
func (c *Client) kept(ctx context.Context, m Machine, known map[string]time.Time, most int) ([]verdicts.Verdict, error) {
	where := m.Defaults.Results
	if where == nil || most <= 0 {
		return nil, nil
	}
	found, err := c.results(ctx, m, *where)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b keptResult) int { return b.began.Compare(a.began) })
	var all []verdicts.Verdict
	for _, r := range found {
		if len(all) == most {
			break
		}
		if began, ok := known[r.execution]; ok && began.Sub(r.began).Abs() < nameReused {
			continue
		}
		v, err := c.result(ctx, m, *where, r)
		if err != nil {
			return all, err
		}
		if v != nil {
			all = append(all, *v)
		}
	}
	return all, nil
}

// nameReused is less than how long after an execution Step Functions lets another one have its name.
const nameReused = 24 * time.Hour

// results lists a machine's results: the folders below the prefix, and what is in each.
func (c *Client) results(ctx context.Context, m Machine, where input.Results) ([]keptResult, error) {
	var folders []string
	err := c.list(ctx, m, &s3.ListObjectsV2Input{Bucket: &where.Bucket, Prefix: &where.Prefix, Delimiter: aws.String("/")}, func(page *s3.ListObjectsV2Output) bool {
		for _, p := range page.CommonPrefixes {
			folders = append(folders, aws.ToString(p.Prefix))
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	var found []keptResult
	for _, folder := range folders {
		before := len(found)
		err := c.list(ctx, m, &s3.ListObjectsV2Input{Bucket: &where.Bucket, Prefix: &folder}, func(page *s3.ListObjectsV2Output) bool {
			for _, o := range page.Contents {
				key := aws.ToString(o.Key)
				if began, execution, ok := keyname.ParseResult(key); ok {
					found = append(found, keptResult{key, began, execution})
				}
			}
			return len(found) > before // without any, the folder is somebody else's, however long it is
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// list reads the pages of a listing as long as more returns true.
func (c *Client) list(ctx context.Context, m Machine, request *s3.ListObjectsV2Input, more func(*s3.ListObjectsV2Output) bool) error {
	for pages := s3.NewListObjectsV2Paginator(c.objects, request); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx, objectsRegion(m.ARN))
		if err != nil {
			return fmt.Errorf("listing the kept verdicts s3://%s/%s: %w", aws.ToString(request.Bucket), aws.ToString(request.Prefix), err)
		}
		if !more(page) {
			break
		}
	}
	return nil
}

// result reads a result; nil if it has expired meanwhile, or is of another machine that tunes other functions. One that
// cannot be understood does not hide the others.
func (c *Client) result(ctx context.Context, m Machine, where input.Results, r keptResult) (*verdicts.Verdict, error) {
	location := "s3://" + where.Bucket + "/" + r.key
	out, err := c.objects.GetObject(ctx, &s3.GetObjectInput{Bucket: &where.Bucket, Key: &r.key}, objectsRegion(m.ARN))
	if _, gone := errors.AsType[*types.NoSuchKey](err); gone {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the kept verdict %s: %w", location, err)
	}
	defer func() { _ = out.Body.Close() }() // read to the end, or given up
	text, err := io.ReadAll(io.LimitReader(out.Body, largestResult+1))
	if err != nil {
		return nil, fmt.Errorf("reading the kept verdict %s: %w", location, err)
	}
	v, err := readResult(location, text)
	switch {
	case err != nil:
		v = verdicts.Unreadable(location, m.ARN, r.began, err)
	case v.Execution.StateMachine != m.ARN && !m.tunes(v.Lambdas()):
		return nil, nil
	}
	v.Name = m.constructOf(v)
	return &v, nil
}

// readResult understands an object of Results.
func readResult(location string, text []byte) (verdicts.Verdict, error) {
	if len(text) > largestResult {
		return verdicts.Verdict{}, fmt.Errorf("%s: it has more than %d bytes", location, largestResult)
	}
	found, err := verdicts.Read(location, text)
	switch {
	case err != nil:
		return verdicts.Verdict{}, err
	case len(found) != 1 || found[0].Output == nil || found[0].Execution == nil:
		return verdicts.Verdict{}, fmt.Errorf("%s: it is not one verdict with its execution", location)
	}
	return found[0], nil
}

// withoutChecksums keeps the SDK from telling on the standard error that an object was put without a checksum.
func withoutChecksums(o *s3.Options) { o.DisableLogOutputChecksumValidationSkipped = true }

// objectsRegion sends a call to the region of a state machine, which is that of its bucket.
func objectsRegion(of string) func(*s3.Options) {
	return func(o *s3.Options) {
		if region := arn.Region(of); region != "" {
			o.Region = region
		}
	}
}
