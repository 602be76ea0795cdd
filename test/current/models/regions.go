package models

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// Partition is a part of AWS with accounts of its own.
type Partition struct {
	Name string
	// Regions are all of the partition's.
	Regions []string
	// Serving are those in which the service has an endpoint.
	Serving []string
}

// ReadPartitions reads the regions that botocore knows, and which of them have an endpoint
// of the service: endpoints.json has that, while partitions.json has a region from its
// announcement on.
func ReadPartitions(pkg fs.FS, version, service string) ([]Partition, error) {
	var known struct {
		Partitions []struct {
			ID      string
			Regions map[string]json.RawMessage
		}
	}
	var served struct {
		Partitions []struct {
			Partition string
			Services  map[string]struct {
				Endpoints map[string]struct{ Deprecated bool }
			}
		}
	}
	source := "botocore " + version
	for name, into := range map[string]any{"partitions": &known, "endpoints": &served} {
		if err := readJSON(pkg, "botocore/data/"+name+".json", into); err != nil {
			return nil, unknownLayout(source, err)
		}
	}
	endpoints := map[string][]string{}
	for _, p := range served.Partitions {
		for region, e := range p.Services[service].Endpoints {
			if !e.Deprecated { // such as fips-us-east-1
				endpoints[p.Partition] = append(endpoints[p.Partition], region)
			}
		}
	}
	var partitions []Partition
	for _, p := range known.Partitions {
		regions := slices.DeleteFunc(slices.Sorted(maps.Keys(p.Regions)), func(name string) bool {
			return strings.HasSuffix(name, "-global") // of services without a region
		})
		partitions = append(partitions, Partition{Name: p.ID, Regions: regions, Serving: slices.Sorted(slices.Values(endpoints[p.ID]))})
	}
	if len(partitions) == 0 {
		return nil, unknownLayout(source, errors.New("partitions.json has no partitions"))
	}
	if len(endpoints) == 0 {
		return nil, unknownLayout(source, errors.New("endpoints.json has no "+service+" endpoint of any partition"))
	}
	return partitions, nil
}
