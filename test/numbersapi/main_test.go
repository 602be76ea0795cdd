package main

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/functions/number/fact"
)

func TestTheStubAnswersWhatTheFunctionAsks(t *testing.T) {
	server := httptest.NewServer(service())
	t.Cleanup(server.Close)
	upstream, err := fact.NewService(server.URL)
	require.NoError(t, err)
	for _, kind := range fact.Types {
		got, err := upstream.Ask(t.Context(), fact.Question{Number: 5, Type: kind})
		require.NoError(t, err)
		require.Contains(t, got, "5 ")
	}
	got, err := upstream.Ask(t.Context(), fact.Question{Number: 5, Type: "trivia"})
	require.NoError(t, err)
	require.Equal(t, "5 is a number that the stub was asked for trivia about.", got)

	_, err = upstream.Ask(t.Context(), fact.Question{Number: 5, Type: "gossip"})
	require.EqualError(t, err, "the numbers service answered with status 404")
}
