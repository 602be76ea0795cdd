package cfn

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// files writes files into a new folder.
func files(t *testing.T, all map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range all {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return dir
}

// app is a cdk.out with a nested stack, two stacks and a stage.
func app(t *testing.T) string {
	t.Helper()
	return files(t, map[string]string{
		"cdk.out/manifest.json": `{"artifacts": {
			"Shop": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region", "properties": {"templateFile": "Shop.template.json", "stackName": "shop-prod"}},
			"Other": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Other.template.json"}, "additionalMetadataFile": "Other.metadata.json"},
			"Old": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Old.template.json"}, "metadata": {"/Old/Rule/Resource": [{"type": "aws:cdk:logicalId", "data": "Rule"}]}},
			"Assets": {"type": "cdk:asset-manifest", "properties": {"file": 1}}
		}}`,
		"cdk.out/Shop.template.json": `{
			"Resources": {
				"Fn": {"Type": "AWS::Lambda::Function", "Metadata": {"aws:cdk:path": "Shop/Fn/Resource"}},
				"Nest": {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": {"Function": {"Fn::GetAtt": ["Fn", "Arn"]}}}, "Metadata": {"aws:asset:path": "Nest.nested.template.json"}},
				"Odd": 1,
				"Fn::ForEach::All": ["A", ["b"], {}]
			},
			"Outputs": {"Out": {"Value": {"Ref": "Fn"}, "Export": {"Name": "shop:Fn"}}}
		}`,
		"cdk.out/Nest.nested.template.json": `{
			"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}, "Caller": {"Type": "Custom::Thing", "Properties": {"To": {"Ref": "Function"}}}},
			"Outputs": {"Queue": {"Value": {"Fn::GetAtt": ["Queue", "Arn"]}}}
		}`,
		"cdk.out/Other.template.json": `{"Resources": {"Rule": {"Type": "AWS::Events::Rule", "Properties": {
			"Targets": [{"Arn": {"Fn::ImportValue": "shop:Fn"}}]}}}}`,
		"cdk.out/Other.metadata.json":                     `{"/Other/Rule/Resource": [{"type": "aws:cdk:warning", "data": 1}, {"type": "aws:cdk:logicalId", "data": "Rule"}]}`,
		"cdk.out/Old.template.json":                       `{"Resources": {"Rule": {"Type": "AWS::Events::Rule"}}}`,
		"cdk.out/assembly-Prod/ProdShop.template.json":    `{"Resources": {"Nest": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::Region"}, "/assets/abc.json"]]}}}}}`,
		"cdk.out/tree.json":                               `{}`,
		"cdk.out/assembly-Prod/ProdShop.assets.json":      `{"files": {"abc": {"source": {"path": "Deep.nested.template.json"}}}}`,
		"cdk.out/assembly-Prod/Deep.nested.template.json": `{"Resources": {}}`,
	}) + "/cdk.out"
}

func TestOpenAnApp(t *testing.T) {
	all, err := Open(app(t))
	require.NoError(t, err)
	require.Len(t, all, 2)
	var stacks []string
	for _, t := range all[0] {
		stacks = append(stacks, filepath.Base(t.Path)+" "+t.Stack+" "+t.Environment+" "+t.Within)
	}
	require.Equal(t, []string{
		"Nest.nested.template.json shop-prod aws://unknown-account/unknown-region Nest",
		"Old.template.json Old  ",
		"Other.template.json Other  ",
		"Shop.template.json shop-prod aws://unknown-account/unknown-region ",
	}, stacks)
	require.Equal(t, "ProdShop", all[1][0].Stack)
	require.Equal(t, "Nest", all[1][0].Within, "by its hash")
	nest, other, shop := all[0][0], all[0][2], all[0][3]
	require.Equal(t, "Old/Rule", all[0][1].Name("Rule"))
	require.Equal(t, "Other/Rule", other.Name("Rule"))
	require.Same(t, shop, nest.Root())
	require.Contains(t, shop.Macros, "Fn::ForEach::All")
	require.Equal(t, "Shop/Fn", shop.Name("Fn"))
	require.Equal(t, "shop-prod/Odd", shop.Name("Odd"))

	// Through the nested stack's parameter and output, and through the export.
	for _, test := range []struct {
		in   *Template
		use  Use
		want string
	}{
		{nest, Use{Reference: Reference{ID: "Function"}}, "Shop/Fn.Arn"},
		{shop, Use{Reference: Reference{"Nest", "Outputs.Queue"}}, "shop-prod/Queue.Arn"},
		{other, References(other.Resources["Rule"].Properties)[0], "Shop/Fn."},
		{shop, Use{Reference: Reference{ID: "Fn"}}, "Shop/Fn."},
	} {
		target, found := all[0].Resolve(test.in, test.use)
		require.True(t, found, test.want)
		require.Equal(t, test.want, target.In.Name(target.ID)+"."+target.Attribute)
	}
	for _, use := range []Use{{Import: "nowhere"}, {Reference: Reference{ID: "AWS::Region"}}, {Reference: Reference{"Nest", "Outputs.Gone"}}} {
		_, found := all[0].Resolve(shop, use)
		require.False(t, found, use)
	}
}

func TestOpenATemplate(t *testing.T) {
	dir := files(t, map[string]string{
		"shop.yaml":             "Resources:\n  Nest:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: nest.yaml}\n  Gone:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: gone.yaml}\n",
		"nest.yaml":             "Resources: {}\n",
		"loop.yaml":             "Resources:\n  Nest:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: loop.yaml}\n",
		"other.yaml":            "services: {}\n",
		"bad.json":              "{",
		"empty/a.txt":           "",
		"bad/App.template.json": "{\"Resources\": {}}", "bad/manifest.json": "[]",
	})
	all, err := Open(filepath.Join(dir, "shop.yaml"))
	require.NoError(t, err)
	require.Len(t, all, 1)
	require.Len(t, all[0], 2)
	require.Equal(t, "shop", all[0][1].Stack)
	require.Equal(t, "Nest", all[0][1].Within)
	for name, want := range map[string]string{
		"other.yaml": "/other.yaml: it is no CloudFormation template; give one, or a cdk.out",
		"bad.json":   "/bad.json: unexpected end of JSON input",
		"empty":      "/empty: there is no template in it; give a cdk.out, which cdk synth writes, or a template",
		"loop.yaml":  "/loop.yaml: resource Nest: stacks are nested more than 16 deep",
	} {
		_, err := Open(filepath.Join(dir, name))
		require.EqualError(t, err, dir+want)
	}
	_, err = Open(filepath.Join(dir, "bad"))
	require.ErrorContains(t, err, "/bad/manifest.json: json: cannot unmarshal array")
}

func TestReferences(t *testing.T) {
	d, err := parse([]byte(`
Resources:
  R:
    Type: T
    Properties:
      A: !Ref One
      B: [!GetAtt Two.Arn, !Sub "${Three.Arn}/${!Not}/${Four}"]
      C: {D: !Sub ["${Own}${Five}", {Own: !Ref Six}]}
      E: !Join ["", [!Select [6, !Split [":", !Ref Seven]], ":live"]]
      F: !ImportValue x
`), false)
	require.NoError(t, err)
	var found []string
	for _, use := range References(newTemplate("", d).Resources["R"].Properties) {
		text := use.At + " " + use.ID + "." + use.Attribute
		if use.Import != nil {
			text += "import " + use.Import.(string)
		}
		found = append(found, text)
	}
	require.Equal(t, []string{"A One.", "B[0] Two.Arn", "B[1] Three.Arn", "B[1] Four.", "C.D Five.", "C.D Six.", "E[1][0][1][1] Seven.", "F .import x"}, found)
}

// A template is somebody else's text.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"Resources": {"A": {"Type": "T", "Properties": {"B": {"Fn::Sub": ["${C.D}", {}]}}}}}`))
	f.Add([]byte("Resources:\n  A: {Type: AWS::CloudFormation::Stack, Properties: {Parameters: {B: !Ref A}}}\n"))
	f.Add([]byte(`{"Resources": {"A": {"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": "t.json"}}}, "Outputs": {"O": {"Value": {"Fn::GetAtt": ["A", "Outputs.O"]}}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := parse(text, isJSON("", text))
		if d == nil || err != nil {
			return
		}
		own := newTemplate("t.json", d)
		a := Assembly{own}
		a.nest(nil)
		for _, id := range own.IDs() {
			for _, use := range References(own.Resources[id].Properties) {
				if target, found := a.Resolve(own, use); found {
					require.NotNil(t, target.In)
				}
			}
			require.NotEmpty(t, own.Name(id)+"x")
		}
	})
}
