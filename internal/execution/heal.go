package execution

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/clock"
)

// Holder is the execution whose lock a function has.
type Holder struct {
	Function  string // unqualified ARN
	Execution string // ARN
}

// Holder returns who holds a function's lock, nil if nobody does. The function is a name or an ARN.
func (c *Client) Holder(ctx context.Context, function string) (*Holder, error) {
	out, err := c.lambda.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &function}, lambdaRegion(function))
	if err != nil {
		return nil, fmt.Errorf("function %s: %w", function, err)
	}
	found, _ := arn.SplitFunction(aws.ToString(out.FunctionArn))
	lock, _, held, err := c.lock(ctx, found)
	if err != nil || !held {
		return nil, err
	}
	if strings.Count(found, ":") < 6 {
		return nil, fmt.Errorf("function %s: Lambda answers with the ARN %q", function, found)
	}
	return &Holder{found, lock.ExecutionARN()}, nil
}

// Heal starts the state machine Heal of a holder's tuner for its execution, which must have ended. It returns the ARN of
// the execution that heals.
func (c *Client) Heal(ctx context.Context, h Holder) (string, error) {
	event := map[string]any{"detail": map[string]string{"executionArn": h.Execution}}
	described, err := c.describe(ctx, h.Execution)
	_, forgotten := errors.AsType[*types.ExecutionDoesNotExist](err)
	switch {
	case forgotten:
		event = map[string]any{} // Step Functions keeps executions for 90 days; Heal then goes by what the functions say
	case err != nil:
		return "", err
	case running(described.Status):
		return "", fmt.Errorf("execution %s is still running: it puts the function back itself when it ends; to end it now: aws stepfunctions stop-execution --execution-arn %[1]s", h.Execution)
	}
	machine, err := c.healer(ctx, h.stateMachine())
	if err != nil {
		return "", err
	}
	input, err := json.Marshal(event)
	if err != nil {
		return "", err
	}
	return c.Start(ctx, machine, input)
}

// stateMachine returns the ARN of the state machine that the holder is an execution of.
func (h Holder) stateMachine() string {
	machine := strings.Replace(h.Execution, ":execution:", ":stateMachine:", 1)
	return machine[:strings.LastIndex(machine, ":")]
}

// Healed waits until a function has its holder's lock no more, or until the execution that heals has ended without that.
func (c *Client) Healed(ctx context.Context, healing string, h Holder, every time.Duration) error {
	for refused := 0; ; {
		described, err := c.describe(ctx, healing) // before the lock: one that is there after the end stays there
		if err != nil && !unheard(err) {
			if refused++; refused == refusals {
				return err
			}
		}
		ended := err == nil && !running(described.Status)
		switch err := c.putBack(ctx, h.Execution, []string{h.Function}); {
		case err == nil:
			return nil
		case !errors.Is(err, ErrLocked):
			if !unheard(err) {
				return err
			}
		case ended:
			return fmt.Errorf("%s is not put back: %s ended %s %s", arn.Name(h.Function), healing, described.Status, aws.ToString(described.Cause))
		}
		if err := clock.Sleep(ctx, every); err != nil {
			return err
		}
	}
}

// healer finds the state machine that heals with the same Lambda function as a tuning one.
func (c *Client) healer(ctx context.Context, tuning string) (string, error) {
	step, _, err := c.healStep(ctx, tuning)
	if err != nil {
		return "", err
	}
	var candidates []string
	for pages := sfn.NewListStateMachinesPaginator(c.states, &sfn.ListStateMachinesInput{}); step != "" && pages.HasMorePages(); {
		page, err := pages.NextPage(ctx, statesRegion(tuning))
		if err != nil {
			return "", fmt.Errorf("listing the state machines: %w", err)
		}
		for _, m := range page.StateMachines {
			candidates = append(candidates, aws.ToString(m.StateMachineArn))
		}
	}
	// Those that are called so come first: its name is made of HealStateMachine, or ends in -heal.
	foreign := slices.DeleteFunc(slices.Clone(candidates), isCalledHeal)
	candidates = append(slices.DeleteFunc(candidates, func(m string) bool { return !isCalledHeal(m) }), foreign...)
	var refused error
	for _, candidate := range candidates {
		own, plans, err := c.healStep(ctx, candidate)
		if err != nil && refused == nil {
			refused = err
		}
		if err == nil && !plans && own == step {
			return candidate, nil
		}
	}
	if refused != nil {
		return "", fmt.Errorf("no state machine that can be read heals what %s changes: %w", tuning, refused)
	}
	return "", fmt.Errorf("no state machine heals what %s changes; deploy its stack again, then run this again", tuning)
}

func isCalledHeal(machine string) bool {
	return strings.Contains(strings.ToLower(arn.Name(machine)), "heal")
}

// healStep returns the Lambda function behind a definition's state Heal, "" if it has none, and whether it also plans.
func (c *Client) healStep(ctx context.Context, machine string) (function string, plans bool, err error) {
	var d struct {
		States map[string]struct{ Resource string }
	}
	if err := c.definition(ctx, machine, &d); err != nil {
		return "", false, err
	}
	_, plans = d.States["Plan"]
	return d.States["Heal"].Resource, plans, nil
}
