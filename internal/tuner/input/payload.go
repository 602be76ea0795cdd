package input

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strings"

	"github.com/dualarch/dualarch/internal/tuner/input/lenient"
)

// MaxPayload is Lambda's limit for a synchronous invocation, in bytes.
const MaxPayload = 6 << 20

// DecodePayload reads the body of a payloadS3 object as it reads the input's "payload": weighted or
// not, JSON or plain text; num is Input.Num.
func DecodePayload(object []byte, num int) ([]WeightedPayload, error) {
	var found problems
	raw := json.RawMessage(object)
	if !json.Valid(raw) {
		raw, _ = json.Marshal(string(object))
	}
	payloads := readPayload("$.payloadS3", raw, num, &found)
	return payloads, found.err()
}

// payloads reads what is sent. The input's payload takes precedence over the construct's, and payloadS3 over payload.
func (f fields) payloads(in *Input, d Defaults) {
	if raw, ok := f.raw("payloadS3"); ok && lenient.Truthy(raw) {
		f.text("payloadS3", &in.PayloadS3)
		bucket, key, found := strings.Cut(strings.TrimPrefix(in.PayloadS3, "s3://"), "/")
		if !strings.HasPrefix(in.PayloadS3, "s3://") || bucket == "" || !found || key == "" {
			f.problems.add(f.at("payloadS3"), shown(raw), "s3://bucket/key")
		}
		return
	}
	path, raw := f.at("payload"), f.values["payload"]
	if len(raw) > 0 && !lenient.Truthy(raw) {
		raw = json.RawMessage("null")
	}
	if len(raw) == 0 {
		path, raw = "defaults.payload", d.Payload
		for _, t := range d.Targets {
			if t.Name == in.Name && len(t.Payload) > 0 {
				raw = t.Payload
			}
		}
	}
	if len(raw) == 0 {
		raw = json.RawMessage("null")
	}
	in.Payloads = readPayload(path, raw, in.Num, f.problems)
}

// tenantID is what Lambda takes as TenantId.
var tenantID = regexp.MustCompile(`^[a-zA-Z0-9._:/=+\-@ ]{1,256}$`)

// AllowedTenantID says what a tenant's id may be.
const AllowedTenantID = "1 to 256 letters, digits, spaces and . _ : / = + - @"

// ValidTenantID reports whether Lambda takes the text as a tenant's id.
func ValidTenantID(id string) bool { return tenantID.MatchString(id) }

// tenant reads whom functions that isolate tenants are invoked for.
func (f fields) tenant(in *Input, d Defaults) {
	in.TenantID = d.TenantID
	for _, t := range d.Targets {
		if t.Name == in.Name && t.TenantID != "" {
			in.TenantID = t.TenantID
		}
	}
	own := ""
	if f.text("tenantId", &own); own == "" {
		return
	}
	in.TenantID, in.TenantGiven = own, true
	if !ValidTenantID(own) {
		f.problems.add(f.at("tenantId"), shown(f.values["tenantId"]), AllowedTenantID)
	}
}

// readPayload reads a payload: one for all invocations, or several by weight. Anything that is not weighted in the
// exact form is one payload, even if it is a list.
func readPayload(path string, raw json.RawMessage, num int, found *problems) []WeightedPayload {
	items, weighted := weightedItems(raw)
	if !weighted {
		body := sent(raw)
		checkSize(path, body, found)
		return []WeightedPayload{{Body: body, Weight: 1, Samples: num}}
	}
	if num < len(items) {
		found.add(path, fmt.Sprintf("%d weighted payloads", len(items)), "at most as many as num, which is %d", num)
		return nil
	}
	payloads := make([]WeightedPayload, len(items))
	sum := 0.0
	for i, item := range items {
		weight, ok := lenient.Number(item.Weight)
		if !ok || weight <= 0 {
			found.add(fmt.Sprintf("%s[%d].weight", path, i), shown(item.Weight), "a number above 0")
			return nil
		}
		payloads[i] = WeightedPayload{Body: sent(item.Payload), Weight: weight}
		checkSize(fmt.Sprintf("%s[%d].payload", path, i), payloads[i].Body, found)
		sum += weight
	}
	// As in AWS Lambda Power Tuning: rounded down, and the last one takes what is left.
	left := num
	for i := range payloads {
		p := &payloads[i]
		p.Samples = int(math.Floor(p.Weight * float64(num) / sum))
		if p.Samples < 1 {
			found.add(fmt.Sprintf("%s[%d].weight", path, i), fmt.Sprintf("%v of %v", p.Weight, sum), "a share of at least one of num's %d invocations", num)
			return nil
		}
		if i == len(payloads)-1 {
			p.Samples = left
		}
		left -= p.Samples
	}
	return payloads
}

type weightedItem struct{ Payload, Weight json.RawMessage }

// weightedItems recognises weighted payloads: a list of which every element has a payload and a weight,
// both of which JavaScript counts as true.
func weightedItems(raw json.RawMessage) ([]weightedItem, bool) {
	var elements []json.RawMessage
	if json.Unmarshal(raw, &elements) != nil || len(elements) == 0 {
		return nil, false
	}
	items := make([]weightedItem, len(elements))
	for i, e := range elements {
		members, ok := lenient.Object(e)
		if !ok || !lenient.Truthy(members["payload"]) || !lenient.Truthy(members["weight"]) {
			return nil, false
		}
		items[i] = weightedItem{Payload: members["payload"], Weight: members["weight"]}
	}
	return items, true
}

// sent returns what is sent to the function: a string that is JSON itself as it is, anything else as JSON.
func sent(raw json.RawMessage) json.RawMessage {
	var text string
	if json.Unmarshal(raw, &text) == nil && string(raw) != "null" && json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	var compact bytes.Buffer
	if json.Compact(&compact, raw) != nil {
		return raw
	}
	return compact.Bytes()
}

func checkSize(path string, body json.RawMessage, found *problems) {
	if len(body) > MaxPayload {
		found.add(path, fmt.Sprintf("%d bytes", len(body)), "at most the %d bytes that Lambda takes", MaxPayload)
	}
}
