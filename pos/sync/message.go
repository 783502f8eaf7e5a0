package sync

import (
	"bytes"
	"encoding/json"
	"fmt"

	"stormrig/pos"
)

// Types of messages.
const (
	// Hello opens a session: the device's marks.
	Hello = "hello"
	// Welcome answers it: the hub's marks.
	Welcome = "welcome"
	// Push carries frames of one of the device's own chains.
	Push = "push"
	// Ack says up to where the hub holds a chain durably.
	Ack = "ack"
	// Pull asks for frames of one chain after a mark.
	Pull = "pull"
	// Batch answers it.
	Batch = "batch"
	// News tells a device that the hub holds more than it did.
	News = "news"
)

// maxHeader and maxBody bound what a message may be.
const (
	maxHeader = 1 << 20
	maxBody   = 4 << 20
)

// Mark says up to where a chain is held.
type Mark struct {
	pos.Chain
	Seq uint64 `json:"seq"`
}

// Message is one message. Frames stand behind the header, as they are.
type Message struct {
	Type    string    `json:"type"`
	From    string    `json:"from"`
	Session string    `json:"session,omitempty"`
	Have    []Mark    `json:"have,omitempty"` // hello, welcome, news: sorted by chain
	Chain   pos.Chain `json:"chain,omitzero"` // push, ack, pull, batch
	Seq     uint64    `json:"seq,omitempty"`  // push, batch: of the first frame; ack: held up to; pull: after
	Wall    int64     `json:"wall,omitempty"` // welcome: the hub's clock
	// Fork says with an ack that the pushed frame after Seq is not the one
	// that the hub holds under the same key.
	Fork   bool   `json:"fork,omitempty"`
	Frames []byte `json:"-"` // concatenated
}

// Encode returns the message: a line of JSON, then the frames.
func (m Message) Encode() ([]byte, error) {
	head, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("message %s: %w", m.Type, err)
	}
	return append(append(head, '\n'), m.Frames...), nil
}

// Decode parses what Encode returns. Frames share b's memory.
func Decode(b []byte) (Message, error) {
	head, frames, found := bytes.Cut(b, []byte{'\n'})
	if !found || len(head) > maxHeader || len(frames) > maxBody {
		return Message{}, fmt.Errorf("sync message: no header line, or longer than %d + %d bytes", maxHeader, maxBody)
	}
	var m Message
	if err := json.Unmarshal(head, &m); err != nil {
		return Message{}, fmt.Errorf("sync message: %w", err)
	}
	switch m.Type {
	case Hello, Welcome, Push, Ack, Pull, Batch, News:
	default:
		return Message{}, fmt.Errorf("sync message: unknown type %q", m.Type)
	}
	if m.From == "" {
		return Message{}, fmt.Errorf("sync message %s: it does not say who it is from", m.Type)
	}
	m.Frames = frames
	return m, nil
}
