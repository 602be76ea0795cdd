package oci

import (
	"encoding/json"
	"time"
)

// Media types of what is read and written here.
const (
	IndexType          = "application/vnd.oci.image.index.v1+json"
	DockerIndexType    = "application/vnd.docker.distribution.manifest.list.v2+json"
	DockerManifestType = "application/vnd.docker.distribution.manifest.v2+json"
	DockerConfigType   = "application/vnd.docker.container.image.v1+json"
	DockerLayerType    = "application/vnd.docker.image.rootfs.diff.tar.gzip"
)

// Descriptor refers to content.
type Descriptor struct {
	MediaType   string            `json:"mediaType"`
	Size        int64             `json:"size"`
	Digest      Digest            `json:"digest"`
	Data        []byte            `json:"data,omitempty"`
	URLs        []string          `json:"urls,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
	Platform    *Platform         `json:"platform,omitempty"`
}

// IsIndex reports whether the content is an index.
func (d Descriptor) IsIndex() bool { return d.MediaType == IndexType || d.MediaType == DockerIndexType }

// Platform is what an image is for, by Go's names.
type Platform struct {
	Architecture string `json:"architecture"`
	OS           string `json:"os"`
}

// Index lists images, or further indexes.
type Index struct {
	Manifests []Descriptor `json:"manifests"`
}

// Manifest lists what an image is made of.
type Manifest struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType,omitempty"`
	Config        Descriptor        `json:"config"`
	Layers        []Descriptor      `json:"layers"`
	Annotations   map[string]string `json:"annotations,omitempty"`
}

// Config is an image's configuration. The fields stand in the order in which they are written.
type Config struct {
	Architecture  string          `json:"architecture"`
	Author        string          `json:"author,omitempty"`
	Container     string          `json:"container,omitempty"`
	Created       time.Time       `json:"created"`
	DockerVersion string          `json:"docker_version,omitempty"`
	History       []History       `json:"history,omitempty"`
	OS            string          `json:"os"`
	RootFS        RootFS          `json:"rootfs"`
	Config        ContainerConfig `json:"config"`
	OSVersion     string          `json:"os.version,omitempty"`
	Variant       string          `json:"variant,omitempty"`
	OSFeatures    []string        `json:"os.features,omitempty"`
}

// History says how a layer was made.
type History struct {
	Author     string    `json:"author,omitempty"`
	Created    time.Time `json:"created"`
	CreatedBy  string    `json:"created_by,omitempty"`
	Comment    string    `json:"comment,omitempty"`
	EmptyLayer bool      `json:"empty_layer,omitempty"`
}

// RootFS names the layers' content before it was compressed.
type RootFS struct {
	Type    string   `json:"type"`
	DiffIDs []Digest `json:"diff_ids"`
}

// ContainerConfig is how a container of the image is started.
type ContainerConfig struct {
	AttachStderr    bool                `json:",omitempty"`
	AttachStdin     bool                `json:",omitempty"`
	AttachStdout    bool                `json:",omitempty"`
	Cmd             []string            `json:",omitempty"`
	Healthcheck     json.RawMessage     `json:",omitempty"`
	Domainname      string              `json:",omitempty"`
	Entrypoint      []string            `json:",omitempty"`
	Env             []string            `json:",omitempty"`
	Hostname        string              `json:",omitempty"`
	Image           string              `json:",omitempty"`
	Labels          map[string]string   `json:",omitempty"`
	OnBuild         []string            `json:",omitempty"`
	OpenStdin       bool                `json:",omitempty"`
	StdinOnce       bool                `json:",omitempty"`
	Tty             bool                `json:",omitempty"`
	User            string              `json:",omitempty"`
	Volumes         map[string]struct{} `json:",omitempty"`
	WorkingDir      string              `json:",omitempty"`
	ExposedPorts    map[string]struct{} `json:",omitempty"`
	ArgsEscaped     bool                `json:",omitempty"`
	NetworkDisabled bool                `json:",omitempty"`
	MacAddress      string              `json:",omitempty"`
	StopSignal      string              `json:",omitempty"`
	Shell           []string            `json:",omitempty"`
}
