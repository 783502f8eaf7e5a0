package pos

import (
	"cmp"
	"encoding/json"
	"fmt"
)

// Key names one entry for ever: the device that wrote it, the device's
// incarnation, and the position in that incarnation's chain, from 1 without
// a gap.
type Key struct {
	Device      string `json:"device"`
	Incarnation uint32 `json:"inc"`
	Seq         uint64 `json:"seq"`
}

// Chain is the part of a Key that names the chain.
func (k Key) Chain() Chain { return Chain{k.Device, k.Incarnation} }

func (k Key) String() string { return fmt.Sprintf("%s/%d/%d", k.Device, k.Incarnation, k.Seq) }

// Compare orders keys by device, incarnation and sequence.
func (k Key) Compare(o Key) int {
	return cmp.Or(k.Chain().Compare(o.Chain()), cmp.Compare(k.Seq, o.Seq))
}

// Chain names the hash chain of one life of a device's journal. A device gets
// a new incarnation when it cannot know that it still holds all it ever wrote.
type Chain struct {
	Device      string `json:"device"`
	Incarnation uint32 `json:"inc"`
}

// Compare orders chains by device and incarnation.
func (c Chain) Compare(o Chain) int {
	return cmp.Or(cmp.Compare(c.Device, o.Device), cmp.Compare(c.Incarnation, o.Incarnation))
}

func (c Chain) String() string { return fmt.Sprintf("%s/%d", c.Device, c.Incarnation) }

// ClockQuality says how far a device trusted its own clock.
type ClockQuality string

const (
	// ClockGood: no sign of doubt.
	ClockGood ClockQuality = ""
	// ClockDoubtful: the clock was seen before the newest time the device
	// knows of, or years away from it. Such an entry wins no conflict until
	// the hub has ranked it.
	ClockDoubtful ClockQuality = "doubtful"
)

// Entry is one decision: what became true (facts) and what must be done about
// it (intents), durable together or not at all.
type Entry struct {
	Key
	// Wall is what the device's clock showed, in nanoseconds since 1970 UTC.
	Wall  int64        `json:"wall"`
	Clock ClockQuality `json:"clock,omitempty"`
	// HLC is a hybrid logical clock: 48 bits of milliseconds, 16 of counter.
	HLC     uint64   `json:"hlc"`
	Facts   []Fact   `json:"facts,omitempty"`
	Intents []Intent `json:"intents,omitempty"`
}

// Encode returns the entry's journal payload: compact JSON in field order.
// It is made once, when the entry is decided; from then on the bytes travel
// and are hashed as they are.
func (e *Entry) Encode() ([]byte, error) { return json.Marshal(e) }

// DecodeEntry parses a journal payload.
func DecodeEntry(payload []byte) (*Entry, error) {
	e := new(Entry)
	if err := json.Unmarshal(payload, e); err != nil {
		return nil, fmt.Errorf("entry: %w", err)
	}
	return e, nil
}

// Decoder is DecodeFrame, or one that remembers what it decoded. An entry may
// be held by many; nobody changes one.
type Decoder func(c Chain, seq uint64, payload []byte) (*Entry, error)

// DecodeFrame parses the payload that stands as entry seq of chain c, and
// refuses one that calls itself another.
func DecodeFrame(c Chain, seq uint64, payload []byte) (*Entry, error) {
	e, err := DecodeEntry(payload)
	if err != nil {
		return nil, fmt.Errorf("%s/%d: %w", c, seq, err)
	}
	if e.Chain() != c || e.Seq != seq {
		return nil, fmt.Errorf("%s/%d: holds an entry that calls itself %s", c, seq, e.Key)
	}
	return e, nil
}
