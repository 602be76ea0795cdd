package lambdasim

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"io"
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/clock"
)

// BodyFault is what goes wrong with the body of a download, beside what a Fault does.
type BodyFault struct {
	// EndAfter ends the connection after so many bytes. Default: 0, never.
	EndAfter int64
	// Longer is added to the length that the answer says. Default: 0, the length is right.
	Longer int64
	// Flip changes the byte at this place of the body; the first is 1. Default: 0, none.
	Flip int64
	// Pace is what a MiB takes, in virtual time. Default: 0, nothing.
	Pace time.Duration
	// WithoutRanges answers a request for a range with the whole. Default: false.
	WithoutRanges bool
}

// packet is how much of a slow body arrives at a time.
const packet = 64 << 10

// faultyBody is a body with a fault.
type faultyBody struct {
	ctx   context.Context
	r     io.Reader
	fault BodyFault
	at    int64
}

func (b *faultyBody) Read(p []byte) (int, error) {
	if end := b.fault.EndAfter; end > 0 {
		if b.at >= end {
			return 0, io.ErrUnexpectedEOF
		}
		p = p[:min(int64(len(p)), end-b.at)]
	}
	if b.fault.Pace > 0 {
		p = p[:min(len(p), packet)]
	}
	n, err := b.r.Read(p)
	if flip := b.fault.Flip - 1; flip >= b.at && flip < b.at+int64(n) {
		p[flip-b.at] ^= 0xff
	}
	b.at += int64(n)
	if err := clock.Sleep(b.ctx, time.Duration(float64(b.fault.Pace)*float64(n)/(1<<20))); err != nil {
		return 0, err
	}
	if err == io.EOF && b.fault.Longer > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// codeError returns an error as S3 or a registry answers it.
func (e *APIError) codeError(operation string) []byte {
	if strings.HasPrefix(operation, "Download") {
		return e.objectXML()
	}
	text, err := json.Marshal(map[string]any{"errors": []map[string]string{{"code": e.Code, "message": e.Message}}})
	if err != nil {
		panic(err) // strings always marshal
	}
	return text
}

// objectXML returns an error as S3 answers it.
func (e *APIError) objectXML() []byte {
	text, err := xml.Marshal(struct {
		XMLName       xml.Name `xml:"Error"`
		Code, Message string
	}{Code: e.Code, Message: e.Message})
	if err != nil {
		panic(err) // strings always marshal
	}
	return text
}
