package price

// Date is the date of the price table: the publication of the AWS Price List (offer AWSLambda)
// that its us-east-1 prices and first regional exceptions were checked against.
const Date = "2026-09-19"

// rates are a region's prices in USD.
type rates struct {
	x86, arm         float64 // a GB-second of on-demand duration, first tier
	request          float64 // a request
	storage          float64 // a GB-second of ephemeral storage above 512 MB
	provisioned      float64 // a GB-second of provisioned concurrency, x86_64
	provisionedUsage float64 // a GB-second of duration on provisioned concurrency, x86_64
	transition       float64 // a Step Functions state transition (standard workflow)
	snapStartCache   float64 // a GB-second that a version's snapshot is cached, on both architectures
	snapStartRestore float64 // a GB restored from a snapshot, on both architectures
}

// usEast1 are the prices of US East (N. Virginia) and, on-demand, of most regions. Source: AWS Price List of Date, as
// publicly quoted; https://aws.amazon.com/lambda/pricing/ and https://aws.amazon.com/step-functions/pricing/.
var usEast1 = rates{
	x86: 0.0000166667, arm: 0.0000133334, request: 0.20e-6, storage: 0.0000000309,
	provisioned: 0.0000041667, provisionedUsage: 0.0000097222, transition: 0.000025,
	snapStartCache: 0.0000015046, snapStartRestore: 0.0001397998,
}

// armProvisionedRatio is the price of provisioned concurrency on arm64 over that on x86_64: 0.0000033334
// over 0.0000041667, and 0.0000077778 over 0.0000097222, in us-east-1; taken for every region.
const armProvisionedRatio = 0.8

// regionalRates are where regions differ from usEast1; a field that is 0 is usEast1's. On-demand duration of
// af-south-1, ap-east-1, eu-south-1 and me-south-1 (x86_64) stands in the Price List of Date; the rest is from the AWS
// Pricing Calculator's data for Lambda (2025), il-central-1's arm64 from its x86_64 at the usual ratio; state
// transitions are those AWS Lambda Power Tuning 4.4 carries. SnapStart's prices are those of the Price List of Date as
// far as they are publicly quoted: of us-east-1, ap-northeast-1 and ap-northeast-2 (usage types
// Lambda-SnapStart-Cached-GB-S and Lambda-SnapStart-Restored-GB, which have no counterpart for arm64).
var regionalRates = map[string]rates{
	"us-east-1": {},
	"us-east-2": {},
	"us-west-1": {storage: 0.0000000370, provisioned: 0.0000049041, provisionedUsage: 0.0000114430, transition: 0.0000279},
	"us-west-2": {},

	"af-south-1": {
		x86: 0.0000221000, arm: 0.0000176800, request: 0.27e-6, storage: 0.0000000404,
		provisioned: 0.0000055300, provisionedUsage: 0.0000129000, transition: 0.00002975,
	},
	"ap-east-1": {
		x86: 0.0000229200, arm: 0.0000183000, request: 0.28e-6, storage: 0.0000000407,
		provisioned: 0.0000057153, provisionedUsage: 0.0000133358, transition: 0.0000275,
	},
	"ap-northeast-1": {
		storage: 0.0000000370, provisioned: 0.0000053835, provisionedUsage: 0.0000125615,
		snapStartCache: 0.0000015046, snapStartRestore: 0.0001397998,
	},
	"ap-northeast-2": {
		storage: 0.0000000352, provisioned: 0.0000051254, provisionedUsage: 0.0000119592, transition: 0.0000271,
		snapStartCache: 0.0000018383, snapStartRestore: 0.0001674588,
	},
	"ap-northeast-3": {storage: 0.0000000370, provisioned: 0.0000053835, provisionedUsage: 0.0000125615},
	"ap-south-1":     {storage: 0.0000000352, provisioned: 0.0000044985, provisionedUsage: 0.0000104966, transition: 0.0000285},
	"ap-south-2":     {storage: 0.0000000352},
	"ap-southeast-1": {storage: 0.0000000370, provisioned: 0.0000051991, provisionedUsage: 0.0000121313},
	"ap-southeast-2": {storage: 0.0000000370, provisioned: 0.0000052360, provisionedUsage: 0.0000122173},
	"ap-southeast-3": {storage: 0.0000000370},
	"ap-southeast-4": {storage: 0.0000000370, provisioned: 0.0000052360, provisionedUsage: 0.0000122173},
	"ap-southeast-5": {
		x86: 0.0000150000, arm: 0.0000120000, request: 0.18e-6, storage: 0.0000000333,
		provisioned: 0.0000046791, provisionedUsage: 0.0000109181,
	},

	"ca-central-1": {storage: 0.0000000340, provisioned: 0.0000046460, provisionedUsage: 0.0000108407},
	"ca-west-1":    {storage: 0.0000000340},

	"eu-central-1": {storage: 0.0000000367, provisioned: 0.0000050147, provisionedUsage: 0.0000117011},
	"eu-central-2": {
		x86: 0.0000183334, arm: 0.0000146667, request: 0.22e-6, storage: 0.0000000441,
		provisioned: 0.0000055162, provisionedUsage: 0.0000128712,
	},
	"eu-north-1": {storage: 0.0000000323, provisioned: 0.0000044248, provisionedUsage: 0.0000103245},
	"eu-south-1": {
		x86: 0.0000195172, arm: 0.0000156138, request: 0.23e-6, storage: 0.0000000357,
		provisioned: 0.0000048783, provisionedUsage: 0.0000113827, transition: 0.00002625,
	},
	"eu-south-2": {storage: 0.0000000340},
	"eu-west-1":  {storage: 0.0000000340, provisioned: 0.0000046460, provisionedUsage: 0.0000108407},
	"eu-west-2":  {storage: 0.0000000358, provisioned: 0.0000048304, provisionedUsage: 0.0000112709},
	"eu-west-3":  {storage: 0.0000000358, provisioned: 0.0000048673, provisionedUsage: 0.0000113569, transition: 0.0000297},

	"il-central-1": {x86: 0.0000175000, arm: 0.0000140000, request: 0.21e-6, storage: 0.0000000408},
	"me-central-1": {x86: 0.0000206667, arm: 0.0000165334, request: 0.25e-6, storage: 0.0000000374},
	"me-south-1": {
		x86: 0.0000206667, arm: 0.0000165334, request: 0.25e-6, storage: 0.0000000374,
		provisioned: 0.0000051108, provisionedUsage: 0.0000119251, transition: 0.0000275,
	},
	"sa-east-1": {storage: 0.0000000586, provisioned: 0.0000066372, provisionedUsage: 0.0000154867, transition: 0.0000375},
}

// tier is a part of an account's monthly GB-seconds on one architecture and its share of the first price.
type tier struct {
	upTo  float64 // GB-seconds a month; 0 for no limit
	share float64
}

// Duration tiers: 0.0000166667, 0.0000150000 and 0.0000133334 on x86_64, 0.0000133334, 0.0000120001 and
// 0.0000106667 on arm64; the same shares in every region.
var (
	tiersX86 = []tier{{upTo: 6e9, share: 1}, {upTo: 15e9, share: 0.9}, {share: 0.8}}
	tiersArm = []tier{{upTo: 7.5e9, share: 1}, {upTo: 18.75e9, share: 0.9}, {share: 0.8}}
)

// unpricedPartitions are AWS partitions whose prices are not public in one table with the others', or
// not in USD.
var unpricedPartitions = map[string]string{
	"aws-cn":     "AWS China",
	"aws-us-gov": "AWS GovCloud (US)",
	"aws-eusc":   "AWS European Sovereign Cloud",
	"aws-iso":    "AWS Secret and Top Secret regions",
	"aws-iso-b":  "AWS Secret and Top Secret regions",
	"aws-iso-e":  "AWS Secret and Top Secret regions",
	"aws-iso-f":  "AWS Secret and Top Secret regions",
}
