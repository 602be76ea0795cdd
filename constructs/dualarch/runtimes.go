package dualarch

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/lambdaruntime"
)

// managed is code in a zip, started by one of Lambda's runtimes.
type managed struct {
	kind    string // "AssetCode"
	runtime awslambda.Runtime
	handler *string
}

func (m *managed) start() start { return start{m.runtime, m.handler} }

func (m *managed) checkStart(found *problems) {
	property := "Code: " + m.kind
	if prop.Value(m.handler) == "" {
		found.Add(property, `handler: none was given; give what the runtime calls, such as "index.handler"`)
	}
	if m.runtime == nil {
		found.Add(property, "runtime: nil was given; give one of awslambda.Runtime_…")
		return
	}
	name := *m.runtime.Name()
	if m.start().fromImage() {
		found.Add(property, "runtime: FROM_IMAGE was given; give ImageCode, GoImageCode or EcrImage for container images")
		return
	}
	if is, known := lambdaruntime.Find(name); known && is.X86Only {
		found.Add(property, "runtime: %q was given, which Lambda never ran on arm64; of those that run on both, give %s (Lambda's runtimes as of %s)",
			name, lambdaruntime.Replace(name, time.Now()), lambdaruntime.AsOf)
	}
}

func (m *managed) warnings() []warning {
	return deprecation(*m.runtime.Name(), time.Now())
}

// deprecation returns a warning if the runtime gets no more updates on that day. CDK warns too, when it validates the
// template, from the same dates; this warning includes its advice, the newest runtime.
func deprecation(name string, today time.Time) []warning {
	is, _ := lambdaruntime.Find(name)
	text := is.Deprecation(today)
	if text == "" {
		return nil
	}
	if use := lambdaruntime.Replace(name, today).String(); use != "" {
		text += "; use " + use
	}
	return []warning{{"@dualarch/dualarch:runtimeDeprecated", text + " (Lambda's runtimes as of " + lambdaruntime.AsOf + ")"}}
}
