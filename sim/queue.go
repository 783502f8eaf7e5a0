package sim

import (
	"time"

	"stormrig/hil/machine"
)

// eventKind says what an event is.
type eventKind uint8

const (
	evOperation   eventKind = iota // op is applied
	evStart                        // unit who starts a life
	evInput                        // in reaches unit who if its life is still number stamp
	evWake                         // the wake number stamp of unit who
	evRelease                      // the outputs of handling number stamp of unit who leave
	evTransfer                     // transfer stamp on cable who ends at side
	evPlugged                      // side of cable who hears Opened in session stamp
	evMessage                      // a message of session stamp arrives at side of link who
	evLinkOpened                   // side of link who hears Opened in session stamp
	evLinkClosed                   // side of link who hears Closed of session stamp
	evBatteryFlat                  // the battery of node who is empty
)

// event is one thing that will happen. It is a value: copying the queue
// copies the future.
type event struct {
	kind  eventKind
	side  int8
	who   int32
	stamp uint64 // what must still hold for the event to count
	in    machine.Input
	op    Operation
}

// key orders events by time, then by the order in which they were queued.
type key struct {
	at   time.Duration
	seq  uint64
	slot int32
}

func (k key) before(o key) bool {
	return k.at < o.at || k.at == o.at && k.seq < o.seq
}

// queue is a heap of small keys over a slab of events, so that sifting moves
// 24 bytes and not a whole event.
type queue struct {
	heap []key
	slab []event
	free []int32
	seq  uint64
}

func (q *queue) push(at time.Duration, e event) {
	var slot int32
	if n := len(q.free); n > 0 {
		slot, q.free = q.free[n-1], q.free[:n-1]
		q.slab[slot] = e
	} else {
		slot = int32(len(q.slab))
		q.slab = append(q.slab, e)
	}
	q.seq++
	q.heap = append(q.heap, key{at, q.seq, slot})
	for i := len(q.heap) - 1; i > 0; {
		parent := (i - 1) / 2
		if !q.heap[i].before(q.heap[parent]) {
			break
		}
		q.heap[i], q.heap[parent] = q.heap[parent], q.heap[i]
		i = parent
	}
}

func (q *queue) pop() (time.Duration, event, bool) {
	if len(q.heap) == 0 {
		return 0, event{}, false
	}
	top, last := q.heap[0], len(q.heap)-1
	q.heap[0] = q.heap[last]
	q.heap = q.heap[:last]
	q.sink()
	e := q.slab[top.slot]
	q.slab[top.slot] = event{}
	q.free = append(q.free, top.slot)
	return top.at, e, true
}

func (q *queue) sink() {
	h := q.heap
	for i := 0; ; {
		least := 2*i + 1
		if least >= len(h) {
			return
		}
		if right := least + 1; right < len(h) && h[right].before(h[least]) {
			least = right
		}
		if !h[least].before(h[i]) {
			return
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
}

// next returns the time of the next event, stale ones included.
func (q *queue) next() (time.Duration, bool) {
	if len(q.heap) == 0 {
		return 0, false
	}
	return q.heap[0].at, true
}

func (q *queue) clone() queue {
	return queue{
		heap: append([]key(nil), q.heap...),
		slab: append([]event(nil), q.slab...),
		free: append([]int32(nil), q.free...),
		seq:  q.seq,
	}
}
