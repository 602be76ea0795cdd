package release

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/dualarch/dualarch/internal/builds"
	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/release/hook"
	"github.com/dualarch/dualarch/internal/tuner/answers"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/tuning"
)

// Lambda is what a check asks of AWS Lambda, as cloud.Lambda describes it.
type Lambda interface {
	Configuration(ctx context.Context, function, qualifier string) (cloud.FunctionConfiguration, error)
	Invoke(ctx context.Context, function, qualifier, tenant string, payload []byte) (cloud.Invocation, error)
}

// Check checks the new version of one function.
type Check struct {
	Lambda      Lambda
	Deployments Deployments
	Settings    hook.Settings
	Log         *slog.Logger
}

// Run checks the version that a deployment brings, writes the reason to the log and tells CodeDeploy. The log has
// neither payloads nor answers.
func (c *Check) Run(ctx context.Context, e Event) error {
	reason := c.check(ctx, e.DeploymentID)
	log := c.Log.With("deployment", e.DeploymentID, "function", c.Settings.Function)
	if reason != nil {
		log.Error("the deployment is stopped: " + reason.Error())
	} else {
		log.Info("the deployment goes on")
	}
	// The verdict must reach CodeDeploy even if the time of the check is over.
	report, cancel := context.WithTimeout(context.WithoutCancel(ctx), reserve)
	defer cancel()
	if err := c.Deployments.Report(report, e, reason == nil); err != nil {
		return fmt.Errorf("CodeDeploy was not told: %w", err)
	}
	return nil
}

// reserve is kept of the hook's own time for its report.
const reserve = 20 * time.Second

// invocations is how often a version is called with a payload if answers are compared: what differs between two
// answers of one version says nothing about the other.
const invocations = 2

// The sides of the tuner's comparison, whatever architectures the versions have: with HideValues it names neither.
const (
	serving = tuning.X86
	coming  = tuning.Arm
)

// check returns why the deployment must not go on, or nil.
func (c *Check) check(ctx context.Context, deploymentID string) error {
	if deadline, limited := ctx.Deadline(); limited {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-reserve))
		defer cancel()
	}
	appSpec, err := again(ctx, reading, func() (string, error) { return c.Deployments.AppSpec(ctx, deploymentID) })
	if err != nil {
		return fmt.Errorf("the deployment cannot be read: %w", err)
	}
	current, target, err := versions(appSpec)
	if err != nil {
		return err
	}
	before, err := c.configuration(ctx, current)
	if err != nil {
		return err
	}
	after, err := c.configuration(ctx, target)
	if err != nil {
		return err
	}
	comparison := answers.New(answers.Options{
		Compare:    !c.Settings.NotCompared && builds.Same(before.Description, after.Description),
		HideValues: true, Ignore: c.Settings.Ignore,
	})
	for i := range c.Settings.Payloads {
		if err := c.answer(ctx, comparison, i, after); err != nil {
			return err
		}
		if comparison.Enabled {
			c.compareWith(ctx, comparison, i, before)
		}
		if ctx.Err() != nil {
			return c.tooLong(i)
		}
	}
	return c.judge(comparison, current, target)
}

func (c *Check) configuration(ctx context.Context, version string) (cloud.FunctionConfiguration, error) {
	configuration, err := again(ctx, reading, func() (cloud.FunctionConfiguration, error) {
		return c.Lambda.Configuration(ctx, c.Settings.Function, version)
	})
	if err != nil {
		return configuration, fmt.Errorf("version %s cannot be read: %w", version, err)
	}
	return configuration, nil
}

// answer has the new version answer a payload.
func (c *Check) answer(ctx context.Context, comparison *answers.Comparison, payload int, version cloud.FunctionConfiguration) error {
	calls := 1
	if comparison.Enabled {
		calls = invocations
	}
	for range calls {
		answer, err := c.invoke(ctx, payload, version)
		which := fmt.Sprintf("version %s, payload %d of %d", version.Version, payload+1, len(c.Settings.Payloads))
		switch {
		case ctx.Err() != nil:
			return c.tooLong(payload)
		case errors.Is(err, context.DeadlineExceeded):
			return fmt.Errorf("%s: there was no answer within %s", which, c.Settings.Longest(version.Timeout))
		case err != nil:
			return fmt.Errorf("%s: it cannot be invoked: %w", which, err)
		case answer.FunctionError != "":
			return fmt.Errorf("%s: it ended with an error (%s); the function's own log, request %s, has it", which, answer.FunctionError, answer.RequestID)
		}
		comparison.Add(coming, payload, answer.Payload)
	}
	return nil
}

// compareWith adds what the serving version answers. That it fails is no reason to keep it.
func (c *Check) compareWith(ctx context.Context, comparison *answers.Comparison, payload int, version cloud.FunctionConfiguration) {
	for range invocations {
		answer, err := c.invoke(ctx, payload, version)
		if err != nil || answer.FunctionError != "" {
			c.Log.Warn("the serving version did not answer", "version", version.Version, "payload", payload+1)
			return
		}
		comparison.Add(serving, payload, answer.Payload)
	}
}

// invoke calls a version and waits as long as an answer may take; what Lambda did not execute is called again.
func (c *Check) invoke(ctx context.Context, payload int, version cloud.FunctionConfiguration) (cloud.Invocation, error) {
	tenant := ""
	if version.Tenancy { // Lambda refuses one that other functions are invoked for
		tenant = c.Settings.TenantID
	}
	return again(ctx, invoking, func() (cloud.Invocation, error) {
		call, cancel := context.WithTimeout(ctx, c.Settings.Longest(version.Timeout))
		defer cancel()
		answer, err := c.Lambda.Invoke(call, c.Settings.Function, version.Version, tenant, c.Settings.Payloads[payload])
		if err != nil && call.Err() != nil {
			return answer, context.DeadlineExceeded
		}
		return answer, err
	})
}

func (c *Check) tooLong(payload int) error {
	return fmt.Errorf("the check took longer than the hook may run, at payload %d of %d; give fewer Check.Payloads, or a shorter Check.Timeout", payload+1, len(c.Settings.Payloads))
}

// judge says what the comparison found.
func (c *Check) judge(comparison *answers.Comparison, current, target string) error {
	if !comparison.Enabled {
		c.Log.Info("answers were not compared: the release changes the code, or the comparison is off", "current", current, "target", target)
		return nil
	}
	result := comparison.Result()
	if result.NotCompared != "" {
		c.Log.Warn("answers were not compared: "+result.NotCompared, "current", current, "target", target)
		return nil
	}
	if result.Alike < result.Compared {
		return fmt.Errorf("versions %s and %s, of the same code, answered differently in %d of %d comparisons: %s",
			current, target, result.Compared-result.Alike, result.Compared, result.FirstDifference)
	}
	c.Log.Info("answers were alike", "current", current, "target", target, "compared", result.Compared)
	return nil
}

// What may pass: of a call that reads, and of one that invokes, which must not run twice.
var (
	reading  = []error{cloud.ErrThrottled, cloud.ErrUnknown}
	invoking = []error{cloud.ErrThrottled, cloud.ErrNotReady, cloud.ErrDoubtful}
)

// again repeats a call that failed with something that may pass.
func again[T any](ctx context.Context, passing []error, call func() (T, error)) (T, error) {
	const tries = 6
	for try := 0; ; try++ {
		answer, err := call()
		passes := slices.ContainsFunc(passing, func(one error) bool { return errors.Is(err, one) })
		if !passes || try == tries-1 || errors.Is(err, context.DeadlineExceeded) || clock.Sleep(ctx, cloud.Pause(try)) != nil {
			return answer, err
		}
	}
}
