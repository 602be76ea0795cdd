package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dualarch/dualarch/test/current/models"
)

// evidence is what the newest packages say.
type evidence struct {
	// services are the services that are called, by the Go SDK's name: "lambda", "sfn".
	services map[string]service
	// related are the services whose names begin with Lambda's.
	related    []string
	partitions []models.Partition
	templates  models.CloudFormation
	// botocore is that package with its version, for what it has besides the models.
	botocore string
}

// service is one service's models.
type service struct{ botocore, sdk models.Model }

func (s service) both() []models.Model { return []models.Model{s.botocore, s.sdk} }

// knowledge is what this module knows, and where.
type knowledge struct {
	calls source
	// callsHome is the package that makes the calls.
	callsHome string
	// enums are the values that are distinguished.
	enums  []enumeration
	errors table
	// limits are the bounds of numbers and strings, as bounds writes them; documented are
	// quantities that only the documentation names.
	limits, documented table
	// configuration is the fields of a function's configuration: "VpcConfig.SubnetIds". A
	// structure stands for everything in it.
	configuration table
	runtimes      table
	// dates are those of the runtimes, as datesOf writes them.
	dates table
	// regions are those with prices, partitions those without any.
	regions, partitions table
	resources           table
	// properties are those of AWS::Lambda::Function.
	properties table
	services   table
}

// enumeration is what is known of a service's enumeration.
type enumeration struct {
	service, name string
	table
}

// lambda is what the Go SDK and botocore call the service.
const lambda = "lambda"

// compare finds all that only one side knows.
func compare(ours knowledge, theirs evidence) []difference {
	return slices.Concat(
		ours.compareRuntimes(theirs),
		ours.compareLimits(theirs),
		ours.compareEnums(theirs),
		ours.compareErrors(theirs),
		ours.compareConfiguration(theirs),
		ours.compareFields(theirs),
		ours.compareRegions(theirs),
		ours.compareTemplates(theirs),
	)
}

func (k knowledge) compareRuntimes(theirs evidence) []difference {
	names, dates := facts{}, facts{}
	for _, m := range theirs.services[lambda].both() {
		names.add(m.Source, m.Enums["Runtime"]...)
	}
	names.add(theirs.templates.Source, theirs.templates.Enums["Runtime"]...)
	for name, l := range theirs.templates.Runtimes {
		names.add(theirs.templates.Source, name)
		if slices.Contains(k.runtimes.facts, name) {
			dates.add(theirs.templates.Source, datesOf(name, l)...)
		}
	}
	return append(k.runtimes.compare("runtime", names), k.dates.news("runtime date", dates)...)
}

// datesOf returns the facts of a runtime's life.
func datesOf(name string, l models.Lifecycle) []string {
	var found []string
	for _, date := range []struct{ what, day string }{
		{"deprecated", l.Deprecated}, {"no creation", l.CreateBlock}, {"no update", l.UpdateBlock},
	} {
		if date.day != "" {
			found = append(found, fmt.Sprintf("%s %s %s", name, date.what, date.day))
		}
	}
	return found
}

// limited are the operations whose requests have the numbers of functions, versions and
// aliases in them.
var limited = []string{
	"CreateFunction", "UpdateFunctionConfiguration", "PublishVersion", "CreateAlias", "UpdateAlias", "Invoke",
	"PutFunctionConcurrency", "PutProvisionedConcurrencyConfig", "PutFunctionEventInvokeConfig",
}

// compareLimits looks at the bounds of all numbers, and of those strings that are sent.
func (k knowledge) compareLimits(theirs evidence) []difference {
	found, documented := facts{}, facts{}
	for _, m := range theirs.services[lambda].both() {
		for _, name := range limited {
			for at, r := range m.Operations[name].Ranges {
				found.add(m.Source, bounds(at, r))
			}
			for member, quantities := range m.Operations[name].Quantities {
				for _, q := range quantities {
					documented.add(m.Source, member+" "+q)
				}
			}
		}
		for _, c := range k.calls.calls {
			for at, r := range m.Operations[c.operation].Lengths {
				if slices.Contains(c.fields, at) {
					found.add(m.Source, bounds(at, r)+" characters")
				}
			}
		}
	}
	for at, r := range theirs.templates.Ranges {
		found.add(theirs.templates.Source, bounds(at, r))
	}
	for at, r := range theirs.templates.Conditional {
		found.add(theirs.templates.Source, bounds(at, r)+" for some functions")
	}
	return append(k.limits.compare("limit", found),
		k.documented.compare("documented limit", documented)...)
}

// bounds writes a range as a fact: "Timeout 1 to 5400".
func bounds(at string, r models.Range) string {
	number := func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
	switch {
	case r.Max == nil:
		return at + " from " + number(*r.Min)
	case r.Min == nil:
		return at + " to " + number(*r.Max)
	}
	return at + " " + number(*r.Min) + " to " + number(*r.Max)
}

func (k knowledge) compareEnums(theirs evidence) []difference {
	var found []difference
	for _, e := range k.enums {
		values := facts{}
		for _, m := range theirs.services[e.service].both() {
			values.add(m.Source, m.Enums[e.name]...)
		}
		found = append(found, e.compare(e.name, values)...)
	}
	return found
}

// compareErrors looks at all errors of Lambda, and at those of the operations that are called
// of other services.
func (k knowledge) compareErrors(theirs evidence) []difference {
	codes, answers := facts{}, facts{}
	var found []difference
	for _, c := range k.calls.calls {
		models := theirs.services[c.service()]
		for _, m := range models.both() {
			if _, exists := m.Operations[c.operation]; !exists {
				found = append(found, difference{"operation " + c.operation, "called by " + k.callsHome + ", not in " + m.Source})
			}
			if c.service() == lambda {
				codes.add(m.Source, m.Errors...)
			}
		}
		codes.add(models.botocore.Source, models.botocore.Operations[c.operation].Errors...)
		answers.add(c.operation, models.botocore.Operations[c.operation].Errors...)
	}
	for _, d := range k.errors.news("error", codes) {
		if operations := answers[strings.TrimPrefix(d.item, "error ")]; operations != nil {
			d.text += "; answered by " + list(operations)
		}
		found = append(found, d)
	}
	return append(found, k.errors.leftovers("error", codes)...)
}

// compareConfiguration looks at what a deployment can decide of a function, and what AWS
// moves by itself.
func (k knowledge) compareConfiguration(theirs evidence) []difference {
	models, members := theirs.services[lambda], facts{}
	tops := map[string]bool{}
	for _, name := range k.configuration.facts {
		top, _, _ := strings.Cut(name, ".")
		tops[top] = true
	}
	for _, leaf := range models.botocore.Operations[configured].Leaves {
		leaf = strings.NewReplacer("[]", "", "{}", "").Replace(leaf) // one for all elements
		for _, name := range k.configuration.facts {
			if strings.HasPrefix(leaf, name+".") {
				leaf = name
			}
		}
		members.add(models.botocore.Source, leaf)
	}
	for _, member := range models.sdk.Operations[configured].Output {
		if !tops[member] { // its parts are not told apart there
			members.add(models.sdk.Source, member)
		}
	}
	return k.configuration.compare("configuration field", members)
}

// configured is the operation that answers with a function's configuration.
const configured = "GetFunctionConfiguration"

// compareFields compares the fields of Lambda's requests and answers other than the
// configuration.
func (k knowledge) compareFields(theirs evidence) []difference {
	sent, read := facts{}, facts{}
	var ours []string
	for _, c := range k.calls.calls {
		if c.service() != lambda {
			continue
		}
		for _, field := range c.fields {
			ours = append(ours, c.operation+"."+field)
		}
		for _, m := range theirs.services[lambda].both() {
			configuration := m.Operations[configured].Output
			o := m.Operations[c.operation]
			for _, field := range o.Input {
				// That UpdateFunctionConfiguration takes a new setting is no news beside it.
				if c.operation != "UpdateFunctionConfiguration" || !slices.Contains(configuration, field) {
					sent.add(m.Source, c.operation+"."+field)
				}
			}
			for _, field := range o.Output {
				if !k.calls.names[field] && !slices.Contains(configuration, field) {
					read.add(m.Source, c.operation+"."+field)
				}
			}
		}
	}
	return append(
		table{home: "what " + k.callsHome + " sends", facts: ours}.news("request field", sent),
		table{home: "what " + k.callsHome + " reads"}.news("answer field", read)...,
	)
}

func (k knowledge) compareRegions(theirs evidence) []difference {
	regions, partitions := facts{}, facts{}
	for _, p := range theirs.partitions {
		if p.Name != "aws" { // the others have no prices, whatever the region
			partitions.add(theirs.botocore, p.Name)
			continue
		}
		regions.add("the partitions of "+theirs.botocore, p.Regions...)
		regions.add("its Lambda endpoints", p.Serving...)
	}
	return append(k.regions.compare("region", regions), k.partitions.compare("partition", partitions)...)
}

func (k knowledge) compareTemplates(theirs evidence) []difference {
	types, properties, services := facts{}, facts{}, facts{}
	types.add(theirs.templates.Source, theirs.templates.Types...)
	for _, name := range theirs.templates.Properties {
		// Nobody here looks into the others.
		if top, _, nested := strings.Cut(name, "."); !nested || top == "Code" {
			properties.add(theirs.templates.Source, name)
		}
	}
	services.add(theirs.botocore, theirs.related...)
	return slices.Concat(
		k.resources.compare("resource type", types),
		k.properties.compare("function property", properties),
		k.services.compare("service", services),
	)
}
