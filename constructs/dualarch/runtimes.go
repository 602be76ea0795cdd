package dualarch

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"

	"github.com/dualarch/dualarch/internal/lambdaruntime"
)

// managed is code in a zip: the runtime that starts it is Lambda's.
type managed struct {
	kind    string // "AssetCode"
	runtime awslambda.Runtime
	handler *string
}

func (m *managed) start() start { return start{m.runtime, m.handler} }

func (m *managed) checkStart(found *problems) {
	property := "Code: " + m.kind
	if value(m.handler) == "" {
		found.add(property, `handler: none was given; give what the runtime calls, such as "index.handler"`)
	}
	if m.runtime == nil {
		found.add(property, "runtime: nil was given; give one of awslambda.Runtime_…")
		return
	}
	name := *m.runtime.Name()
	if m.start().fromImage() {
		found.add(property, "runtime: FROM_IMAGE was given; give ImageCode, GoImageCode or EcrImage for container images")
		return
	}
	if is, nearest, known := lambdaruntime.Find(name, time.Now()); known && is.X86Only {
		found.add(property, "runtime: %q was given, which Lambda never ran on arm64; give %q, the nearest that runs on both (Lambda's runtimes as of %s)", name, nearest, lambdaruntime.AsOf)
	}
}

func (m *managed) warnings() []warning {
	return deprecation(*m.runtime.Name(), time.Now())
}

// deprecation warns of a runtime that gets no more updates on that day.
func deprecation(name string, today time.Time) []warning {
	is, nearest, known := lambdaruntime.Find(name, today)
	if !known || !is.IsDeprecated(today) {
		return nil
	}
	text := "Lambda deprecated the runtime " + name + " on " + is.Deprecated + ": it gets no more security updates, and later no function with it can be created or updated"
	if nearest != name {
		text += "; use " + nearest
	}
	return []warning{{"@dualarch/dualarch:runtimeDeprecated", text + " (Lambda's runtimes as of " + lambdaruntime.AsOf + ")"}}
}
