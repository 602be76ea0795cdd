package dualarch

import (
	"regexp"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"

	"github.com/dualarch/dualarch/constructs/internal/prop"
)

// DeploymentOptions are how traffic moves to a new version of the serving function, whatever makes it: code, memory
// size, architecture or another option. AWS CodeDeploy moves the alias, and moves it back if the deployment fails or
// an alarm goes off. All functions of a stack share one CodeDeploy application.
//
// Lambda refuses an alias on two versions with different roles or dead-letter queues: a deployment that changes
// Function.Role or the dead-letter queue has to be AllAtOnce.
type DeploymentOptions struct {
	// Config names a deployment configuration for Lambda: one of CodeDeploy's own, or one of yours.
	//
	// Default: "CodeDeployDefault.LambdaCanary10Percent5Minutes".
	Config *string

	// AllAtOnce moves the alias at once, without CodeDeploy, alarms and roll-back: CloudFormation updates it. Not
	// together with the other options.
	//
	// Default: false.
	AllAtOnce *bool

	// Alarms that stop a deployment, beside the default ones. They should say "not breaching" of missing data.
	//
	// Default: none.
	Alarms *[]awscloudwatch.IAlarm

	// NoDefaultAlarms leaves out the alarms that are made here: one on errors of the new version, one on throttled
	// invocations of the alias, each of a minute with one or more.
	//
	// Default: false.
	NoDefaultAlarms *bool
}

const defaultConfig = "CodeDeployDefault.LambdaCanary10Percent5Minutes"

// deployment returns the caller's options, never nil.
func (o *ServingOptions) deployment() *DeploymentOptions {
	if o.Deployment == nil {
		return &DeploymentOptions{}
	}
	return o.Deployment
}

func (o *DeploymentOptions) allAtOnce() bool { return prop.Value(o.AllAtOnce) }

// config returns the name of the deployment configuration.
func (o *DeploymentOptions) config() string {
	if o.Config == nil {
		return defaultConfig
	}
	return *o.Config
}

var configName = regexp.MustCompile(`^[A-Za-z0-9._+=,@-]{1,100}$`)

// check refuses options that contradict each other.
func (o *DeploymentOptions) check(p *problems) {
	if o.allAtOnce() {
		for _, option := range []struct {
			name  string
			given bool
		}{
			{"Config", o.Config != nil}, {"Alarms", o.Alarms != nil}, {"NoDefaultAlarms", o.NoDefaultAlarms != nil},
		} {
			if option.given {
				p.Add("Serving.Deployment."+option.name, "it was given beside AllAtOnce; leave one of them out: CloudFormation moves the alias then, which knows neither steps nor alarms")
			}
		}
	}
	if config := o.config(); !*awscdk.Token_IsUnresolved(config) && !configName.MatchString(config) {
		p.Add("Serving.Deployment.Config", "%q was given; give the name of a deployment configuration for Lambda, such as %q", config, defaultConfig)
	}
	for i, alarm := range prop.Value(o.Alarms) {
		if alarm == nil {
			p.Add("Serving.Deployment.Alarms", "nil was given as number %d; give an awscloudwatch.IAlarm, or leave it out", i+1)
		}
	}
	if most := 10; len(prop.Value(o.Alarms))+defaultAlarms(o) > most {
		p.Add("Serving.Deployment.Alarms", "%d were given; give at most %d: a deployment group takes %d, those made here included", len(*o.Alarms), most-defaultAlarms(o), most)
	}
}

// defaultAlarms returns how many alarms are made here.
func defaultAlarms(o *DeploymentOptions) int {
	if prop.Value(o.NoDefaultAlarms) {
		return 0
	}
	return 2
}
