package lambdasim

import (
	"encoding/xml"
	"maps"
	"net/http"
	"net/url"
	"slices"
)

// SetStack adds a CloudFormation stack with outputs.
func (s *Simulator) SetStack(name string, outputs map[string]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stacks == nil {
		s.stacks = map[string]map[string]string{}
	}
	s.stacks[name] = maps.Clone(outputs)
}

type stackOutput struct{ OutputKey, OutputValue string }

type stackMember struct {
	StackName string
	Outputs   []stackOutput `xml:"Outputs>member"`
}

// describeStacks answers in XML, as CloudFormation does, one page of all stacks or one of them.
func (s *Simulator) describeStacks(req *request) (response, *APIError) {
	form, err := url.ParseQuery(string(req.Body))
	if err != nil {
		return response{}, statesError("MalformedInput", err.Error())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var answer struct {
		XMLName xml.Name      `xml:"DescribeStacksResponse"`
		Stacks  []stackMember `xml:"DescribeStacksResult>Stacks>member"`
	}
	for _, name := range slices.Sorted(maps.Keys(s.stacks)) {
		if asked := form.Get("StackName"); asked != "" && asked != name {
			continue
		}
		member := stackMember{StackName: name}
		for _, key := range slices.Sorted(maps.Keys(s.stacks[name])) {
			member.Outputs = append(member.Outputs, stackOutput{key, s.stacks[name][key]})
		}
		answer.Stacks = append(answer.Stacks, member)
	}
	text, err := xml.Marshal(answer)
	if err != nil {
		panic(err) // structs of this function
	}
	return response{status: http.StatusOK, raw: text, header: map[string]string{"Content-Type": "text/xml"}}, nil
}

// listStackResources answers that there are none: a stack here has outputs only.
func (s *Simulator) listStackResources(*request) (response, *APIError) {
	text := "<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries/></ListStackResourcesResult></ListStackResourcesResponse>"
	return response{status: http.StatusOK, raw: []byte(text), header: map[string]string{"Content-Type": "text/xml"}}, nil
}

// xml returns the error as CloudFormation answers it.
func (e *APIError) xml() []byte {
	var answer struct {
		XMLName xml.Name `xml:"ErrorResponse"`
		Error   struct{ Code, Message string }
	}
	answer.Error.Code, answer.Error.Message = e.Code, e.Message
	text, err := xml.Marshal(answer)
	if err != nil {
		panic(err) // a struct of this function
	}
	return text
}
