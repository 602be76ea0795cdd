package dualarch

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
)

// adoption is a logical id that is given to a resource, and the property that gives it.
type adoption struct{ property, id string }

// adoptions returns the ids that are asked for, in the order of the properties.
func (o *ServingOptions) adoptions() []adoption {
	var all []adoption
	add := func(property string, id *string) {
		if id != nil {
			all = append(all, adoption{property, *id})
		}
	}
	if o.Alias != nil {
		add("Serving.Alias.Adopt", o.Alias.Adopt)
	}
	adopt := prop.Value(o.Adopt)
	add("Serving.Adopt.Function", adopt.Function)
	add("Serving.Adopt.Role", adopt.Role)
	add("Serving.Adopt.RolePolicy", adopt.RolePolicy)
	add("Serving.Adopt.LogGroup", adopt.LogGroup)
	for _, source := range slices.Sorted(maps.Keys(adopt.EventSources)) {
		id := adopt.EventSources[source]
		add(fmt.Sprintf("Serving.Adopt.EventSources[%q]", source), &id)
	}
	return all
}

var logicalID = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]{0,254}$`)

// checkAdoptions refuses ids that cannot be given to the serving function's resources.
func checkAdoptions(p *problems, scope constructs.Construct, props *DualArchFunctionProps, placed bool) {
	given := map[string]string{} // the property that gave an id
	var usable []adoption
	for _, a := range props.Serving.adoptions() {
		first, twice := given[a.id]
		switch {
		case *awscdk.Token_IsUnresolved(a.id) || !logicalID.MatchString(a.id):
			p.Add(a.property, "%q was given; give the logical id of the resource as the deployed template has it: letters and digits", shown(a.id))
		case twice:
			p.Add(a.property, "%q was given for %s too; give each resource an id of its own", a.id, first)
		default:
			given[a.id] = a.property
			usable = append(usable, a)
		}
	}
	adopt, function := props.Serving.Adopt, shared(props)
	if adopt != nil {
		checkAdopted(p, adopt, props, function)
	}
	if placed && len(usable) > 0 {
		checkTaken(p, scope, usable)
	}
}

// shown hides what CDK writes for a value that is known later.
func shown(id string) string {
	if *awscdk.Token_IsUnresolved(id) {
		return "a token"
	}
	return id
}

// checkAdopted refuses what would not be adopted after all.
func checkAdopted(p *problems, adopt *AdoptOptions, props *DualArchFunctionProps, function *awslambda.FunctionOptions) {
	if adopt.Function != nil && props.Primary == nil {
		p.Add("Primary", "nil was given beside Serving.Adopt.Function; give the architecture that the function runs on today, or the first deployment would move it")
	}
	if function.Role != nil {
		if adopt.Role != nil {
			p.Add("Serving.Adopt.Role", "it was given beside Function.Role; leave it out: that role keeps its id")
		}
		if adopt.RolePolicy != nil {
			p.Add("Serving.Adopt.RolePolicy", "it was given beside Function.Role; leave it out: that role keeps its policy")
		}
	}
	if function.LogGroup != nil && adopt.LogGroup != nil {
		p.Add("Serving.Adopt.LogGroup", "it was given beside Function.LogGroup; leave it out: that log group keeps its id")
	}
}

// checkTaken refuses ids that something in the template has already, or that something in another stack of the
// same account and region has: CloudFormation does not move a resource between stacks by its id.
func checkTaken(p *problems, scope constructs.Construct, all []adoption) {
	stack := awscdk.Stack_Of(scope)
	asked := map[string][]adoption{}
	for _, a := range all {
		asked[a.id] = append(asked[a.id], a)
	}
	for _, node := range *awscdk.Stage_Of(scope).Node().FindAll(constructs.ConstructOrder_PREORDER) {
		element, is := node.(awscdk.CfnElement)
		if !is {
			continue
		}
		owner := element.Stack()
		id, known := owner.Resolve(element.LogicalId()).(string)
		if !known || len(asked[id]) == 0 || owner != stack && adopted(element) { // stacks of one kind have the same ids
			continue
		}
		path := strings.TrimSuffix(*element.Node().Path(), "/Resource")
		for _, a := range asked[id] {
			switch {
			case owner == stack:
				p.Add(a.property, "%q is the id of %q already; remove that construct, whose place this one takes, or give the id of another resource", a.id, path)
			case sameEnvironment(owner, stack):
				p.Add(a.property, "%q is the id of %q in the stack %q, and this construct is in %q; make it in a scope of that stack: CloudFormation moves nothing between stacks by its id",
					a.id, path, *owner.Node().Path(), *stack.Node().Path())
			}
		}
	}
}

// adopted reports whether an element has its id from a DualArchFunction.
func adopted(element awscdk.CfnElement) bool {
	for _, entry := range *element.Node().Metadata() {
		if *entry.Type == adoptedMetadata {
			return true
		}
	}
	return false
}

// adoptedMetadata marks a resource whose id was adopted: stacks of one kind, one for each tenant, have the same ids.
const adoptedMetadata = "dualarch:adopted"

func sameEnvironment(a, b awscdk.Stack) bool { return *a.Environment() == *b.Environment() }

// adopt gives the function's resources the ids that were asked for.
func (s *serving) adopt() {
	if alias := s.options.Alias; alias != nil {
		take(s.live, alias.Adopt)
	}
	adopt := prop.Value(s.options.Adopt)
	take(s.function, adopt.Function)
	if adopt.Role != nil {
		take(s.function.Role(), adopt.Role)
	}
	if group := s.madeLogGroup(); group != nil {
		take(group, adopt.LogGroup)
	}
	s.adoptPolicy()
}

// adoptPolicy gives the role's policy its id, if there is a policy yet. It reports whether there is.
func (s *serving) adoptPolicy() bool {
	policy := s.function.Role().Node().TryFindChild(jsii.String("DefaultPolicy"))
	if policy == nil {
		return false
	}
	take(policy, prop.Value(s.options.Adopt).RolePolicy)
	return true
}

// madeLogGroup returns what CDK made for the function's log: a log group or its retention, or nil.
func (s *serving) madeLogGroup() constructs.IConstruct {
	for _, id := range []string{"LogGroup", "LogRetention"} {
		if made := s.function.Node().TryFindChild(jsii.String(id)); made != nil {
			return made
		}
	}
	return nil
}

// adoptMapping gives a mapping its id, if one was asked for. The mapping's own construct id means it alone, whatever else
// is of the same topic.
func (s *serving) adoptMapping(mapping awslambda.EventSourceMapping, resource awslambda.CfnEventSourceMapping) {
	name := *mapping.Node().Id()
	sources := prop.Value(s.options.Adopt).EventSources
	if id, named := sources[name]; named {
		s.adopted[name] = append(s.adopted[name], name)
		takeResource(resource, id)
		return
	}
	root := mapping.Node().Root()
	arn := prop.Value(resource.EventSourceArn())
	for _, source := range slices.Sorted(maps.Keys(sources)) {
		if (arn == "" || source != arn) && !isOf(root, source, name) && !s.isOfTopic(source, name) {
			continue
		}
		s.adopted[source] = append(s.adopted[source], name)
		if len(s.adopted[source]) == 1 {
			takeResource(resource, sources[source])
		}
		return
	}
}

// isOf reports whether a mapping of that id is of the source at a path. CDK puts the source's unique id after the
// name of its kind: "SqsEventSource:ShopOrders5D8E3F0A".
func isOf(root constructs.IConstruct, path, mapping string) bool {
	_, of, _ := strings.Cut(mapping, ":")
	source := root
	for id := range strings.SplitSeq(path, "/") {
		if source = source.Node().TryFindChild(jsii.String(id)); source == nil {
			return false
		}
	}
	return of == *awscdk.Names_NodeUniqueId(source.Node())
}

// isOfTopic reports whether a mapping of that id is of a Kafka topic. CDK puts a hash of the servers before the topic, or
// the function's unique id, if the cluster is one of Amazon MSK.
func (s *serving) isOfTopic(topic, mapping string) bool {
	of, isKafka := strings.CutPrefix(mapping, "KafkaEventSource:")
	return isKafka && (strings.HasSuffix(of, ":"+topic) || of == *awscdk.Names_NodeUniqueId(s.function.Node())+topic)
}

// take gives a construct's resource a logical id.
func take(construct constructs.IConstruct, id *string) {
	if id == nil {
		return
	}
	resource, is := construct.(awscdk.CfnElement)
	if !is {
		if resource, is = construct.Node().DefaultChild().(awscdk.CfnElement); !is {
			return
		}
	}
	takeResource(resource, *id)
}

func takeResource(resource awscdk.CfnElement, id string) {
	resource.OverrideLogicalId(jsii.String(id))
	resource.Node().AddMetadata(jsii.String(adoptedMetadata), id, nil)
}

// notAdopted returns what was asked for and came to nothing, once all constructs exist.
func (s *serving) notAdopted(path string) (found []string) {
	add := func(property, text string, args ...any) {
		found = append(found, path+": "+property+": "+fmt.Sprintf(text, args...))
	}
	adopt := prop.Value(s.options.Adopt)
	if adopt.RolePolicy != nil && !s.adoptPolicy() {
		add("Serving.Adopt.RolePolicy", "%q was given, and the role has no policy: nothing was granted to it; leave it out", *adopt.RolePolicy)
	}
	if adopt.LogGroup != nil && s.madeLogGroup() == nil {
		add("Serving.Adopt.LogGroup", "%q was given, and CDK makes no log group for the function; give the group as Function.LogGroup, or leave it out", *adopt.LogGroup)
	}
	for _, source := range slices.Sorted(maps.Keys(adopt.EventSources)) {
		property := fmt.Sprintf("Serving.Adopt.EventSources[%q]", source)
		switch found := s.adopted[source]; {
		case len(found) == 0:
			add(property, "%q was given, and the function has no event source there; its mappings are %s: give the path of a source's construct",
				adopt.EventSources[source], s.mappings())
		case len(found) > 1:
			add(property, "%q was given, and %s are event sources of that topic: give the id of the mapping's construct, one of these", adopt.EventSources[source], quoted(found))
		}
	}
	return found
}

// mappings names the function's event source mappings by their construct ids.
func (s *serving) mappings() string {
	var names []string
	for _, child := range *s.function.Node().Children() {
		if _, is := child.(awslambda.EventSourceMapping); is {
			names = append(names, *child.Node().Id())
		}
	}
	if names == nil {
		return "none"
	}
	return quoted(names)
}

func quoted(names []string) string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = strconv.Quote(name)
	}
	return strings.Join(all, ", ")
}
