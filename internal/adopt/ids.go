package adopt

import (
	"crypto/md5" // CDK makes logical ids of it
	"encoding/hex"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/cfn"
)

// cdkID returns the logical id that CDK makes of the ids from the stack's child to the resource: aws-cdk-lib 2.270.0,
// core/lib/private/uniqueid.ts.
func cdkID(path []string) string {
	const longest, longestHuman, hidden, hiddenFromHuman = 255, 240, "Default", "Resource"
	path = slices.DeleteFunc(slices.Clone(path), func(id string) bool { return id == hidden })
	if len(path) == 1 {
		if id := alphanumeric(path[0]); len(id) <= longest {
			return id
		}
	}
	sum := md5.Sum([]byte(strings.Join(path, "/")))
	var human strings.Builder
	last := ""
	for i, id := range path {
		if i > 0 && strings.HasSuffix(last, id) {
			continue // left out, as it repeats the one before
		}
		last = id
		if id != hiddenFromHuman {
			human.WriteString(alphanumeric(id))
		}
	}
	text := human.String()
	return text[:min(len(text), longestHuman)] + strings.ToUpper(hex.EncodeToString(sum[:])[:8])
}

func alphanumeric(id string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, id)
}

// hasOwnID reports whether a resource has the id that CDK makes of its path: then the path is enough to keep it.
func hasOwnID(r cfn.Resource, id string) bool {
	path, _ := r.Metadata["aws:cdk:path"].(string)
	ids := strings.Split(path, "/")
	for i := 1; i < len(ids); i++ { // how much of it is the stack's own path is not said
		if cdkID(ids[i:]) == id {
			return true
		}
	}
	return false
}

// place is where the construct is made: its scope's path and its id.
func (s *subject) place() (scope, id string) {
	path := s.ConstructPath()
	if i := strings.LastIndex(path, "/"); i >= 0 {
		return path[:i], path[i+1:]
	}
	return s.in.Stack, s.id
}

// below returns the ids of resources of a type that CDK makes below the function: "ServiceRole".
func (s *subject) below(path string, types ...string) (id string, found bool) {
	own := s.ConstructPath()
	if own == "" {
		return "", false
	}
	for _, id := range s.in.IDs(types...) {
		if s.in.Resources[id].ConstructPath() == own+"/"+path {
			return id, true
		}
	}
	return "", false
}

// adopted are the ids that the lines give, in the order of AdoptOptions.
type adopted struct {
	Function, Role, RolePolicy, LogGroup string
	EventSources                         map[string]string
}

// options returns the ids that are given, by the field of AdoptOptions.
func (a adopted) options() (given []struct{ name, id string }) {
	for _, one := range []struct{ name, id string }{{"Function", a.Function}, {"Role", a.Role}, {"RolePolicy", a.RolePolicy}, {"LogGroup", a.LogGroup}} {
		if one.id != "" {
			given = append(given, one)
		}
	}
	return given
}

func (a adopted) isEmpty() bool { return len(a.options()) == 0 && len(a.EventSources) == 0 }

// adoptions returns the ids that the lines have to give, because the construct's path does not make them.
func (w *writer) adoptions() adopted {
	a := adopted{EventSources: map[string]string{}}
	s := w.subject
	give := func(id string) string {
		if id == "" || !w.elsewhere && hasOwnID(s.in.Resources[id], id) {
			return ""
		}
		return id
	}
	a.Function = give(s.id)
	if role, policy := s.ownRole(); role != "" {
		a.Role, a.RolePolicy = give(role), give(policy)
	}
	a.LogGroup = give(s.ownLogGroup())
	for _, m := range w.mappings {
		if m.key != "" && (w.elsewhere || !m.inPlace) {
			a.EventSources[m.key] = m.id
		}
	}
	return a
}

// ownRole returns the role that CDK made for the function, and its policy.
func (s *subject) ownRole() (role, policy string) {
	role, _ = s.below("ServiceRole", "AWS::IAM::Role")
	if role == "" || !s.refersTo(s.Properties["Role"], role) {
		return "", ""
	}
	policy, _ = s.below("ServiceRole/DefaultPolicy", "AWS::IAM::Policy")
	return role, policy
}

// ownLogGroup returns the log group, or the retention, that CDK made for the function.
func (s *subject) ownLogGroup() string {
	if id, found := s.below("LogGroup", "AWS::Logs::LogGroup"); found {
		return id
	}
	id, _ := s.below("LogRetention", "Custom::LogRetention")
	return id
}

// refersTo reports whether a value refers to a resource of the same template.
func (s *subject) refersTo(value any, id string) bool {
	return slices.ContainsFunc(s.assembly.Targets(s.in, value), func(t cfn.Target) bool { return t.In == s.in && t.ID == id })
}
