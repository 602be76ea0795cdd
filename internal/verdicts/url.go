package verdicts

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// shape is the form of a visualization URL's fragment: lists in base64, of little-endian int16 (MB) and float32 (ms, USD).
const shape = "want #<sizes>;<times>;<costs>, or that twice and two names"

// IsURL reports whether a text, such as an argument, is a visualization URL and no file.
func IsURL(text string) bool {
	return strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://")
}

// readURLs reads visualization URLs, one a line.
func readURLs(source, text string) ([]Verdict, error) {
	var found []Verdict
	number := 0
	for line := range strings.Lines(text) {
		number++
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if len(found) >= maxDocuments {
			return nil, fmt.Errorf("%s: there are more than %d results; give fewer at once", source, maxDocuments)
		}
		series, err := parseURL(line)
		if err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", source, number, err)
		}
		sortPoints(series)
		found = append(found, Verdict{Source: source, Peer: &Peer{Series: series}})
	}
	return found, nil
}

func parseURL(text string) ([]Series, error) {
	if !IsURL(text) {
		return nil, fmt.Errorf("it does not begin with https://; %s", shape)
	}
	_, fragment, found := strings.Cut(text, "#")
	if !found || fragment == "" {
		return nil, fmt.Errorf("there is nothing behind a #; %s", shape)
	}
	if !strings.Contains(fragment, ";") { // some mail programs escape it
		plain, err := url.PathUnescape(fragment)
		if err != nil {
			return nil, fmt.Errorf("%w; %s", err, shape)
		}
		fragment = plain
	}
	parts := strings.Split(fragment, ";")
	if len(parts) != 3 && len(parts) != 8 {
		return nil, fmt.Errorf("there are %d parts behind the #; %s", len(parts), shape)
	}
	var all []Series
	for i := 0; i+3 <= len(parts) && i < 6; i += 3 {
		points, err := parseSeries(parts[i], parts[i+1], parts[i+2])
		if err != nil {
			return nil, fmt.Errorf("series %d: %w", i/3+1, err)
		}
		all = append(all, Series{Points: points})
	}
	for i := range all {
		if len(parts) == 8 {
			name, err := url.PathUnescape(parts[6+i])
			if err != nil {
				return nil, fmt.Errorf("name %d: %w", i+1, err)
			}
			all[i].Name = name
		}
	}
	return all, nil
}

func parseSeries(sizes, times, costs string) ([]Point, error) {
	powers, err := list[int16](sizes)
	if err != nil {
		return nil, fmt.Errorf("sizes: %w", err)
	}
	durations, err := list[float32](times)
	if err != nil {
		return nil, fmt.Errorf("times: %w", err)
	}
	prices, err := list[float32](costs)
	if err != nil {
		return nil, fmt.Errorf("costs: %w", err)
	}
	if len(powers) != len(durations) || len(powers) != len(prices) {
		return nil, fmt.Errorf("there are %d sizes, %d times and %d costs; want as many of each", len(powers), len(durations), len(prices))
	}
	if len(powers) == 0 || len(powers) > maxPoints {
		return nil, fmt.Errorf("there are %d sizes; want 1 to %d", len(powers), maxPoints)
	}
	points := make([]Point, len(powers))
	for i := range points {
		points[i] = Point{Power: int(powers[i]), Duration: float64(durations[i]), Cost: float64(prices[i])}
		if err := points[i].check(fmt.Sprintf("[%d]", i)); err != nil {
			return nil, err
		}
	}
	return points, nil
}

func list[T int16 | float32](text string) ([]T, error) {
	text = strings.NewReplacer("%2B", "+", "%2F", "/", "%3D", "=", "%2b", "+", "%2f", "/", "%3d", "=").Replace(text)
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, errors.New("it is not base64")
	}
	var one T
	if len(data)%binary.Size(one) != 0 {
		return nil, fmt.Errorf("there are %d bytes; want a multiple of %d", len(data), binary.Size(one))
	}
	values := make([]T, len(data)/binary.Size(one))
	// A reader of as many bytes as are wanted cannot fail.
	_ = binary.Read(bytes.NewReader(data), binary.LittleEndian, values)
	return values, nil
}
