package survey

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	tagging "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"

	"github.com/dualarch/dualarch/internal/arn"
)

// tags that CloudFormation gives the resources of a stack.
const (
	stackTag     = "aws:cloudformation:stack-name"
	logicalIDTag = "aws:cloudformation:logical-id"
)

// tag says which stack each function of a region belongs to, and leaves out those without the tags that were asked for.
// GetResources answers for 100 functions at a time; Lambda's ListTags, the other way, would take a call for each.
func (s *surveyor) tag(ctx context.Context, r *region) error {
	request := &tagging.GetResourcesInput{ResourceTypeFilters: []string{"lambda:function"}, ResourcesPerPage: aws.Int32(100)}
	for _, key := range slices.Sorted(maps.Keys(s.options.Tags)) {
		request.TagFilters = append(request.TagFilters, types.TagFilter{Key: &key, Values: []string{s.options.Tags[key]}})
	}
	byARN := map[string]*function{}
	for _, f := range r.functions {
		byARN[f.ARN] = f
	}
	var tagged []*function
	for pages := tagging.NewGetResourcesPaginator(tagging.NewFromConfig(r.cfg), request); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, resource := range page.ResourceTagMappingList {
			whole, _ := arn.SplitFunction(aws.ToString(resource.ResourceARN))
			f := byARN[whole]
			if f == nil {
				continue
			}
			delete(byARN, whole)
			tagged = append(tagged, f)
			for _, t := range resource.Tags {
				switch aws.ToString(t.Key) {
				case stackTag:
					f.Stack = aws.ToString(t.Value)
				case logicalIDTag:
					f.LogicalID = aws.ToString(t.Value)
				}
			}
		}
	}
	if len(s.options.Tags) > 0 {
		r.functions = tagged
	}
	return nil
}
