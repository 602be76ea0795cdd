package removal

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/dualarch/dualarch/internal/clock"
)

// answer is what CloudFormation expects.
type answer struct {
	Status             string
	Reason             string `json:",omitempty"`
	RequestID          string `json:"RequestId"`
	StackID            string `json:"StackId"`
	LogicalResourceID  string `json:"LogicalResourceId"`
	PhysicalResourceID string `json:"PhysicalResourceId"`
}

// Each try has so long; all of them fit into toAnswer.
const (
	tries    = 4
	tryLimit = 5 * time.Second
	between  = 3 * time.Second
)

var client = &http.Client{Timeout: tryLimit}

// send puts the answer where CloudFormation waits for it: a presigned URL of S3, which is never in an error, because an
// error is logged.
func (a answer) send(ctx context.Context, to string) error {
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		if err = put(ctx, to, body); err == nil || try == tries {
			return err
		}
		if clock.Sleep(ctx, between) != nil {
			return err
		}
	}
}

// put makes one try. The URL was signed without a content type.
func put(ctx context.Context, to string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, to, bytes.NewReader(body))
	if err != nil {
		return errors.New("CloudFormation cannot be answered: the address that it gave is not a URL")
	}
	response, err := client.Do(request)
	if err != nil {
		if outer, is := errors.AsType[*url.Error](err); is {
			err = outer.Err
		}
		return fmt.Errorf("CloudFormation cannot be answered; from a VPC that takes a way to S3: %w", err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("CloudFormation cannot be answered: S3 says %s", response.Status)
	}
	return nil
}
