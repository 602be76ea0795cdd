package cfn

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestYAMLToJSON(t *testing.T) {
	for text, want := range map[string]string{
		"A: !GetAtt B.Outputs.C":                    `{"A":{"Fn::GetAtt":["B","Outputs.C"]}}`,
		"A: !GetAtt [B, Arn]":                       `{"A":{"Fn::GetAtt":["B","Arn"]}}`,
		"A: !Join ['', [!Ref B, c]]":                `{"A":{"Fn::Join":["",[{"Ref":"B"},"c"]]}}`,
		"A: !Sub\n  - ${B}c\n  - B: !Ref D":         `{"A":{"Fn::Sub":["${B}c",{"B":{"Ref":"D"}}]}}`,
		"A: !Condition B":                           `{"A":{"Condition":"B"}}`,
		"A: !If [B, !Ref 'AWS::NoValue', 3]":        `{"A":{"Fn::If":["B",{"Ref":"AWS::NoValue"},3]}}`,
		"V: 2010-09-09\nN: 012\nB: true\nE:\nF: .5": `{"B":true,"E":null,"F":".5","N":12,"V":"2010-09-09"}`,
		"X: &x {A: 1, B: 2}\nY: {<<: *x, B: 3}":     `{"X":{"A":1,"B":2},"Y":{"A":1,"B":3}}`,
		"":                                          "null",
	} {
		got, err := yamlToJSON([]byte(text))
		require.NoError(t, err, text)
		require.Equal(t, want, string(got), text)
	}
}
