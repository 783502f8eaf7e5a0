package live

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Event is one thing that a served emulator says happened.
type Event struct {
	N    int64           `json:"n"`
	Kind string          `json:"kind"`
	Text string          `json:"text"`
	Data json.RawMessage `json:"data"`
}

// longestEvent bounds a line of the stream: a strip of paper as dots.
const longestEvent = 16 << 20

// Events hands over what happens from now on, in its order, until ctx ends or
// the emulator is gone. It returns after the stream has begun: nothing that a
// hand does afterwards is missed.
func (r *Remote) Events(ctx context.Context, each func(Event)) (ended <-chan error, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base+"/v1/events", nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req) // no time-out: it is a stream
	if err != nil {
		return nil, fmt.Errorf("the events of %s: %w", r.base, err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, answer(resp, nil)
	}
	done := make(chan error, 1)
	go func() {
		defer resp.Body.Close()
		lines := bufio.NewScanner(resp.Body)
		lines.Buffer(nil, longestEvent)
		for lines.Scan() {
			text, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			var e Event
			if err := json.Unmarshal([]byte(text), &e); err != nil {
				done <- fmt.Errorf("the events of %s: %w", r.base, err)
				return
			}
			each(e)
		}
		done <- lines.Err()
	}()
	return done, nil
}
