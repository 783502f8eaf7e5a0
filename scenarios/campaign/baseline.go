package campaign

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"
)

// Baseline is a list of failures that are known. A campaign is red for new
// ones only.
type Baseline struct {
	Schema int     `json:"schema"` // 1
	Known  []Known `json:"known"`
}

// Known is a failure that is known for a while.
type Known struct {
	Scenario  string `json:"scenario,omitempty"` // empty: any
	Invariant string `json:"invariant"`
	// Detail is a regular expression that the finding must match; empty: any.
	Detail string `json:"detail,omitempty"`
	// Until is the last day, "2026-12-31", on which it counts as known: what
	// nobody mends must not be forgotten.
	Until string `json:"until"`
	Why   string `json:"why"`

	detail *regexp.Regexp
	until  time.Time
}

// ParseBaseline reads a baseline file.
func ParseBaseline(text []byte) (*Baseline, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	b := new(Baseline)
	if err := dec.Decode(b); err != nil {
		return nil, fmt.Errorf("reading a baseline: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("reading a baseline: something follows its end")
	}
	if b.Schema != 1 {
		return nil, fmt.Errorf("reading a baseline: schema %d, this program knows 1", b.Schema)
	}
	for i := range b.Known {
		if err := b.Known[i].prepare(); err != nil {
			return nil, fmt.Errorf("baseline entry %d: %w", i+1, err)
		}
	}
	return b, nil
}

func (k *Known) prepare() (err error) {
	if k.Invariant == "" || k.Why == "" {
		return errors.New("it needs an invariant and a why")
	}
	if k.until, err = time.Parse(time.DateOnly, k.Until); err != nil {
		return fmt.Errorf("until %q is no date; write it like 2026-12-31", k.Until)
	}
	if k.detail, err = regexp.Compile(k.Detail); err != nil {
		return fmt.Errorf("its detail is no regular expression: %w", err)
	}
	return nil
}

// expired tells whether its last day is over.
func (k *Known) expired(today time.Time) bool {
	return today.After(k.until.AddDate(0, 0, 1))
}

// matches tells whether a failure is this one.
func (k *Known) matches(scenario string, f Failure) bool {
	return (k.Scenario == "" || k.Scenario == scenario) && k.Invariant == f.Invariant && k.detail.MatchString(f.Detail)
}

// String names an entry.
func (k *Known) String() string {
	where := k.Scenario
	if where == "" {
		where = "any scenario"
	}
	return fmt.Sprintf("%s in %s (%s; until %s)", k.Invariant, where, k.Why, k.Until)
}
