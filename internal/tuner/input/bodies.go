package input

import "encoding/json"

// Bodies returns what a payload, weighted or not, sends to a function: each body once.
func Bodies(payload json.RawMessage) []json.RawMessage {
	items, weighted := weightedItems(payload)
	if !weighted {
		return []json.RawMessage{sent(payload)}
	}
	bodies := make([]json.RawMessage, len(items))
	for i, item := range items {
		bodies[i] = sent(item.Payload)
	}
	return bodies
}
