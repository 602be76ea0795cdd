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
	if m.Defaults.Results == nil || most <= 0 {
		return nil, nil
	}
	folders, err := c.Folders(ctx, m)
	if err != nil {
		return nil, err
	}
	var found []keptResult
	for _, folder := range folders {
		in, err := c.results(ctx, m, folder)
		if err != nil {
			return nil, err
		}
		found = append(found, in...)
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
		v, err := c.result(ctx, m, r)
		if err != nil {
			return all, err
		}
		if v != nil && (v.Execution.StateMachine == m.ARN || m.tunes(v.Lambdas())) { // else another machine's, which tunes other functions
			all = append(all, *v)
		}
	}
	return all, nil
}

// nameReused is less than how long after an execution Step Functions lets another one have its name.
const nameReused = 24 * time.Hour

// Folders lists the folders of a machine's Results: one for each target that had a verdict. The machine has to have
// Results, which other machines may share.
func (c *Client) Folders(ctx context.Context, m Machine) (folders []string, err error) {
	where := m.Defaults.Results
	err = c.list(ctx, m, &s3.ListObjectsV2Input{Bucket: &where.Bucket, Prefix: &where.Prefix, Delimiter: aws.String("/")}, func(page *s3.ListObjectsV2Output) bool {
		for _, p := range page.CommonPrefixes {
			folders = append(folders, aws.ToString(p.Prefix))
		}
		return true
	})
	return folders, err
}

// Kept calls do with the verdicts in one of a machine's Folders, whichever machine gave them, the newest first, as long
// as it returns true.
func (c *Client) Kept(ctx context.Context, m Machine, folder string, do func(verdicts.Verdict) (more bool)) error {
	found, err := c.results(ctx, m, folder)
	if err != nil {
		return err
	}
	slices.SortFunc(found, func(a, b keptResult) int { return b.began.Compare(a.began) })
	for _, r := range found {
		v, err := c.result(ctx, m, r)
		if err != nil {
			return err
		}
		if v != nil && !do(*v) {
			break
		}
	}
	return nil
}

// results lists the results in a folder.
func (c *Client) results(ctx context.Context, m Machine, folder string) (found []keptResult, err error) {
	err = c.list(ctx, m, &s3.ListObjectsV2Input{Bucket: &m.Defaults.Results.Bucket, Prefix: &folder}, func(page *s3.ListObjectsV2Output) bool {
		for _, o := range page.Contents {
			key := aws.ToString(o.Key)
			if began, execution, ok := keyname.ParseResult(key); ok {
				found = append(found, keptResult{key, began, execution})
			}
		}
		return len(found) > 0 // without any, the folder is somebody else's, however long it is
	})
	return found, err
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

// result reads a result; nil if it has expired meanwhile. One that cannot be understood does not hide the others.
func (c *Client) result(ctx context.Context, m Machine, r keptResult) (*verdicts.Verdict, error) {
	bucket := m.Defaults.Results.Bucket
	location := "s3://" + bucket + "/" + r.key
	out, err := c.objects.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &r.key}, objectsRegion(m.ARN))
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
	if err != nil {
		v = verdicts.Unreadable(location, m.ARN, r.began, err)
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
