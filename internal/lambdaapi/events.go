package lambdaapi

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

// PutEvent sends one event. EventBridge answers with 200 where it does not take it, and says why in the entry.
func (c *Client) PutEvent(ctx context.Context, e cloud.Event) error {
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		return err
	}
	body, err := json.Marshal(map[string]any{"Entries": []any{map[string]any{
		"EventBusName": e.Bus, "Source": e.Source, "DetailType": e.DetailType, "Detail": string(detail), "Resources": e.Resources,
	}}})
	if err != nil {
		return err
	}
	var answer struct {
		FailedEntryCount int
		Entries          []struct{ ErrorCode, ErrorMessage string }
	}
	if err := c.callJSON(ctx, events, "PutEvents", e.Bus, body, &answer); err != nil {
		return err
	}
	for _, entry := range answer.Entries {
		if entry.ErrorCode == "" {
			continue
		}
		return fmt.Errorf("%w: PutEvents: %s: %s", cmp.Or(meanings[entry.ErrorCode], cloud.ErrUnknown), entry.ErrorCode, entry.ErrorMessage)
	}
	if answer.FailedEntryCount > 0 || len(answer.Entries) == 0 {
		return fmt.Errorf("%w: PutEvents took no event and does not say why", cloud.ErrUnknown)
	}
	return nil
}
