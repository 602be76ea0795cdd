// Package binarch answers "which architecture is this file for?", for every file
// of a Lambda deployment package, layer or container image at once, and says
// which of them cannot run where the package is deployed to.
//
// Scan reads a folder, a file, a zip (jar, wheel), a tar or an image archive once,
// headers only where headers tell, archives in archives included, and keeps the
// few files that are native. It runs nothing, unpacks nothing beside temporary
// files, and is bounded in files, bytes and depth (Limits), because what it reads
// may be hostile or just damaged: what could not be read is in the inventory with
// its reason, never a panic and never silence.
//
// Inventory.Check then judges the same inventory for any Target: an architecture,
// a runtime, code or layer. It judges files in groups of variants, because a
// package that brings one binary an architecture (prebuilds, platform packages of
// npm, JNI folders of a jar) is fine where the right one is among them. A Finding
// names the file, what it is built for, what it is deployed to and what to do in
// the ecosystem it comes from.
package binarch
