// Package layerarn knows layers by their ARNs: the public ones of which AWS or a
// vendor publishes one ARN an architecture, so that an ARN alone tells that a layer
// cannot run on a function's architecture. Nothing is downloaded.
//
// Lookup finds an ARN's product, its architecture and the ARN of the edition for the
// other architecture, as far as public documentation says how to derive it. Check
// turns that into the finding that the files of a layer would give. An ARN that no
// row of the table matches says nothing, and neither does one whose account, name or
// version is a CDK token; a region or a partition may be one.
package layerarn
