package emulator

import (
	"fmt"
	"net/http"
	"strconv"
)

// events serves GET /v1/events: server-sent events, each with its number as
// id. ?since=N begins behind event N (0: from the oldest that is kept; without
// it, or with the browser's Last-Event-ID: from now, or behind that), and
// ?follow=0 ends when there are no more.
func (e *Emulator) events(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	since, follow := e.log.last(), q.Get("follow") != "0"
	text := q.Get("since")
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		text = last
	}
	if text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 {
			fail(w, http.StatusBadRequest, fmt.Sprintf("since=%q is not the number of an event", text), "0 is from the beginning; /v1/status names the newest")
			return
		}
		since = n
	}
	if f := q.Get("follow"); f != "" && f != "0" && f != "1" {
		fail(w, http.StatusBadRequest, "follow is 0 or 1", "0 ends when there are no more events")
		return
	}
	flush := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	for first := true; ; first = false {
		list, more, oldest := e.log.after(since)
		if first && since+1 < oldest {
			fmt.Fprintf(w, "event: gap\ndata: {\"from\":%d,\"to\":%d}\n\n", since+1, oldest-1)
		}
		for _, x := range list {
			if _, err := fmt.Fprintf(w, "id: %d\nevent: %s\ndata: %s\n\n", x.n, x.kind, x.json); err != nil {
				return
			}
			since = x.n
		}
		if first && len(list) == 0 {
			fmt.Fprint(w, ": listening\n\n")
		}
		if flush.Flush() != nil || !follow {
			return
		}
		select {
		case <-more:
		case <-r.Context().Done():
			return
		}
	}
}
