package lambdaruntime

// AsOf is the day on which the table was last compared with its sources.
const AsOf = "2026-11-27"

// runtimes are the runtimes by language, in the order in which a function moves from one to the next. Sources:
//
//   - names: the enum Runtime of botocore 1.44.8's model of Lambda;
//   - the three dates: cfn-lint 1.58.0 (data/AdditionalSpecs/LmbdRuntimeLifecycle.json, MIT-0), which takes them from
//     "Lambda runtimes" in the AWS Lambda developer guide. Those of java8.al2023, java11.al2023 and java17.al2023, which it
//     lacks, are those of two public copies of the guide, as of August 2026;
//   - no dates: public copies of the guide list the runtime as a preview whose end is not scheduled (nodejs26.x and python3.15, as of
//     September 2026);
//   - systems and architectures: the guide's tables of supported and of deprecated runtimes. The previews are assumed
//     to be on Amazon Linux 2023, like every runtime since 2023.
//
// test/guard compares it with the installed cfn-lint. A runtime that is not here is newer than the table, and let
// through.
var runtimes = map[string][]Runtime{
	"nodejs": {
		{"nodejs", AmazonLinux1, "2016-08-30", "2016-09-30", "2016-10-31", true},
		{"nodejs4.3", AmazonLinux1, "2020-03-05", "2020-02-03", "2020-03-05", true},
		{"nodejs4.3-edge", AmazonLinux1, "2020-03-05", "2019-03-31", "2019-04-30", true},
		{"nodejs6.10", AmazonLinux1, "2019-08-12", "2019-07-12", "2019-08-12", true},
		{"nodejs8.10", AmazonLinux1, "2020-03-06", "2020-02-04", "2020-03-06", true},
		{"nodejs10.x", AmazonLinux2, "2021-07-30", "2021-07-30", "2022-02-14", true},
		{"nodejs12.x", AmazonLinux2, "2023-03-31", "2023-03-31", "2023-04-30", false},
		{"nodejs14.x", AmazonLinux2, "2023-12-04", "2024-01-09", "2027-03-03", false},
		{"nodejs16.x", AmazonLinux2, "2024-06-12", "2027-02-01", "2027-03-03", false},
		{"nodejs18.x", AmazonLinux2, "2025-09-01", "2027-02-01", "2027-03-03", false},
		{"nodejs20.x", AmazonLinux2023, "2026-04-30", "2027-02-01", "2027-03-03", false},
		{"nodejs22.x", AmazonLinux2023, "2027-04-30", "2027-06-01", "2027-07-01", false},
		{"nodejs24.x", AmazonLinux2023, "2028-04-30", "2028-06-01", "2028-07-01", false},
		{"nodejs26.x", AmazonLinux2023, "", "", "", false},
	},
	"python": {
		{"python2.7", AmazonLinux1, "2021-07-15", "2021-07-15", "2022-05-30", true},
		{"python3.6", AmazonLinux1, "2022-07-18", "2022-07-18", "2022-08-29", true},
		{"python3.7", AmazonLinux1, "2023-12-04", "2024-01-09", "2027-03-03", true},
		{"python3.8", AmazonLinux2, "2024-10-14", "2027-02-01", "2027-03-03", false},
		{"python3.9", AmazonLinux2, "2025-12-15", "2027-02-01", "2027-03-03", false},
		{"python3.10", AmazonLinux2, "2026-10-31", "2027-02-01", "2027-03-03", false},
		{"python3.11", AmazonLinux2, "2027-06-30", "2027-07-31", "2027-08-31", false},
		{"python3.12", AmazonLinux2023, "2028-10-31", "2028-11-30", "2029-01-10", false},
		{"python3.13", AmazonLinux2023, "2029-06-30", "2029-07-31", "2029-08-31", false},
		{"python3.14", AmazonLinux2023, "2029-06-30", "2029-07-31", "2029-08-31", false},
		{"python3.15", AmazonLinux2023, "", "", "", false},
	},
	"java": {
		{"java8", AmazonLinux1, "2024-01-08", "2024-02-08", "2027-03-03", true},
		{"java8.al2", AmazonLinux2, "2027-06-30", "2027-07-31", "2027-08-31", false},
		{"java8.al2023", AmazonLinux2023, "2029-06-30", "2029-07-31", "2029-08-31", false},
		{"java11", AmazonLinux2, "2027-06-30", "2027-07-31", "2027-08-31", false},
		{"java11.al2023", AmazonLinux2023, "2029-06-30", "2029-07-31", "2029-08-31", false},
		{"java17", AmazonLinux2, "2027-06-30", "2027-07-31", "2027-08-31", false},
		{"java17.al2023", AmazonLinux2023, "2029-06-30", "2029-07-31", "2029-08-31", false},
		{"java21", AmazonLinux2023, "2029-06-30", "2029-07-31", "2029-08-31", false},
		{"java25", AmazonLinux2023, "2029-06-30", "2029-07-31", "2029-08-31", false},
	},
	"dotnet": {
		{"dotnetcore1.0", AmazonLinux1, "2019-06-27", "2019-06-30", "2019-07-30", true},
		{"dotnetcore2.0", AmazonLinux1, "2019-05-30", "2019-04-30", "2019-05-30", true},
		{"dotnetcore2.1", AmazonLinux1, "2022-01-05", "2022-01-05", "2022-04-13", true},
		{"dotnetcore3.1", AmazonLinux2, "2023-04-03", "2023-04-03", "2023-05-03", false},
		{"dotnet6", AmazonLinux2, "2024-12-20", "2027-02-01", "2027-03-03", false},
		{"dotnet8", AmazonLinux2023, "2026-11-10", "2027-02-01", "2027-03-03", false},
		{"dotnet10", AmazonLinux2023, "2028-11-14", "2028-12-14", "2029-01-15", false},
	},
	"ruby": {
		{"ruby2.5", AmazonLinux1, "2021-07-30", "2021-07-30", "2022-03-31", true},
		{"ruby2.7", AmazonLinux2, "2023-12-07", "2024-01-09", "2027-03-03", false},
		{"ruby3.2", AmazonLinux2, "2026-03-31", "2027-02-01", "2027-03-03", false},
		{"ruby3.3", AmazonLinux2023, "2027-03-31", "2027-04-30", "2027-05-31", false},
		{"ruby3.4", AmazonLinux2023, "2028-03-31", "2028-04-30", "2028-05-31", false},
		{"ruby4.0", AmazonLinux2023, "2029-03-31", "2029-04-30", "2029-05-31", false},
	},
	"provided": {
		{"go1.x", AmazonLinux1, "2024-01-08", "2024-02-08", "2027-03-03", true},
		{"provided", AmazonLinux1, "2024-01-08", "2024-02-08", "2027-03-03", true},
		{"provided.al2", AmazonLinux2, "2026-07-31", "2027-02-01", "2027-03-03", false},
		{"provided.al2023", AmazonLinux2023, "2029-06-30", "2029-07-31", "2029-08-31", false},
	},
}
