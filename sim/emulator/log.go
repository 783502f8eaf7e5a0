package emulator

import (
	"encoding/json"
	"sync"
)

// Event is one thing that happened, as scripts and the page see it.
type Event struct {
	N    int64  `json:"n"`    // from 1, without gaps
	MS   int64  `json:"t_ms"` // since the emulator was started
	Kind string `json:"kind"`
	Text string `json:"text"` // for people
	Data any    `json:"data,omitempty"`
}

// keptBytes bounds what the log holds, as JSON.
const keptBytes = 24 << 20

// entry is an event as it is sent.
type entry struct {
	n    int64
	kind string
	json []byte
}

// journal is the log of events: the newest, as many as fit.
type journal struct {
	mu      sync.Mutex
	n       int64
	entries []entry
	bytes   int
	change  chan struct{} // closed and replaced at each event
}

func newJournal() *journal { return &journal{change: make(chan struct{})} }

// add numbers an event and keeps it.
func (j *journal) add(e Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.n++
	e.N = j.n
	text, err := json.Marshal(e)
	if err != nil { // a value that cannot be shown is a mistake of ours; the event is not lost
		text, _ = json.Marshal(Event{N: e.N, MS: e.MS, Kind: e.Kind, Text: e.Text + " (" + err.Error() + ")"})
	}
	j.entries = append(j.entries, entry{e.N, e.Kind, text})
	j.bytes += len(text)
	for j.bytes > keptBytes && len(j.entries) > 1 {
		j.bytes -= len(j.entries[0].json)
		j.entries = j.entries[1:]
	}
	close(j.change)
	j.change = make(chan struct{})
}

// after returns the events behind number n, a channel that is closed when
// there are more, and the number of the oldest that is kept.
func (j *journal) after(n int64) (out []entry, more <-chan struct{}, oldest int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	oldest = j.n + 1
	if len(j.entries) > 0 {
		oldest = j.entries[0].n
	}
	at := max(n+1-oldest, 0)
	if at < int64(len(j.entries)) {
		out = append(out, j.entries[at:]...)
	}
	return out, j.change, oldest
}

func (j *journal) last() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.n
}
