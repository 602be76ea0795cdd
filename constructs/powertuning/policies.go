package powertuning

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/internal/asl"
)

// cdkARNBytes is what CDK takes for the length of an ARN that it does not know.
const cdkARNBytes = 150

// pages divides rows into policies that IAM takes. The first is part of the role's inline policy, which CDK divides
// if it finds it too long; the others are managed policies.
func pages(rows []row) [][]row {
	all, used := [][]row{nil}, 0
	for _, r := range rows {
		begun := false
		for _, a := range r.arns {
			need := r.bytesOf(a, len(all) == 1)
			if !begun {
				need += r.bytes()
			}
			if used+need > capacity(len(all) == 1) {
				all, begun = append(all, nil), false
				used, need = documentBytes, r.bytes()+r.bytesOf(a, false)
			}
			page := &all[len(all)-1]
			if !begun {
				*page, begun = append(*page, row{grant: r.grant}), true
			}
			last := &(*page)[len(*page)-1]
			last.arns = append(last.arns, a)
			used += need
		}
	}
	return all
}

// documentBytes is the length of a policy without statements.
const documentBytes = len(`{"Version":"2012-10-17","Statement":[]}`)

// capacity returns how many bytes of statements a policy takes.
func capacity(inline bool) int {
	if inline {
		return maxInlineBytes - otherInlineBytes
	}
	return maxManagedPolicyBytes
}

// bytesOf returns how many bytes an ARN takes in a statement.
func (r row) bytesOf(a *arn, inline bool) int {
	bytes := a.bytes
	if inline && a.token {
		bytes = max(bytes, cdkARNBytes)
	}
	return bytes + len(`"",`)
}

// bytes returns how many bytes a grant's statement has without resources.
func (g grant) bytes() int {
	n := len(`{"Effect":"Allow","Action":[],"Resource":[]},`)
	for _, action := range g.actions {
		n += len(action) + len(`"",`)
	}
	if g.without != nil {
		n += len(`"Condition":{"Null":{}},`)
	}
	for _, key := range g.without {
		n += len(key) + len(`"":"true",`)
	}
	return n
}

// statement returns what a row allows or denies.
func (r row) statement() awsiam.PolicyStatement {
	resources := make([]*string, len(r.arns))
	for i, a := range r.arns {
		resources[i] = a.text
	}
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Effect: r.effect, Actions: jsii.Strings(r.actions...), Resources: &resources, Conditions: r.conditions(),
	})
}

// functionPolicies is an Aspect of the first resource of the steps: it is visited when all targets are known, and before
// CDK divides the policies of the roles.
type functionPolicies struct {
	p     *powerTuning
	scope constructs.Construct
	made  bool
}

// Visit implements awscdk.IAspect.
func (f *functionPolicies) Visit(constructs.IConstruct) {
	if f.made {
		return
	}
	f.made = true
	f.p.grantFunctions(f.scope)
}

// grantFunctions lets the steps work on the functions. scope is where further policies belong.
func (p *powerTuning) grantFunctions(scope constructs.Construct) {
	for _, s := range steps {
		role := p.steps[s.Step].Role()
		all := pages(p.reach.rows(s.Step))
		if s.Step == asl.Heal {
			p.grantHeal(role, all)
			continue
		}
		for _, r := range all[0] {
			role.AddToPrincipalPolicy(r.statement())
		}
		p.nag.explainStep(s.Step, all[0])
		for i, page := range all[1:] {
			policy := p.newManagedPolicy(scope, s.id, i+2, role, page)
			p.steps[s.Step].Node().AddDependency(policy) // as on the role's own policy
		}
	}
}

// grantHeal gives Heal policies of their own for the functions: see onDelete.
func (p *powerTuning) grantHeal(role awsiam.IRole, all [][]row) {
	const id = "HealFunctions"
	p.nag.explainStep(asl.Heal, nil)
	if len(all[0]) == 0 {
		return
	}
	policy := awsiam.NewPolicy(p, jsii.String(id), &awsiam.PolicyProps{Statements: statementsOf(all[0]), Roles: &[]awsiam.IRole{role}})
	p.onDelete.between(policy)
	p.nag.explainFunctions(policy, all[0])
	for i, page := range all[1:] {
		p.onDelete.between(p.newManagedPolicy(p, id, i+2, role, page))
	}
}

// newManagedPolicy gives a role one more policy, the nth.
func (p *powerTuning) newManagedPolicy(scope constructs.Construct, id string, n int, role awsiam.IRole, page []row) awsiam.ManagedPolicy {
	policy := awsiam.NewManagedPolicy(scope, jsii.String(id+strconv.Itoa(n)), &awsiam.ManagedPolicyProps{
		Statements: statementsOf(page),
		Roles:      &[]awsiam.IRole{role},
	})
	p.nag.explainFunctions(policy, page)
	return policy
}

func statementsOf(page []row) *[]awsiam.PolicyStatement {
	all := make([]awsiam.PolicyStatement, len(page))
	for i, r := range page {
		all[i] = r.statement()
	}
	return &all
}
