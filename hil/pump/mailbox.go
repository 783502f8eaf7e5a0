package pump

import (
	"sync"
	"time"
)

type itemKind uint8

const (
	itemBoot itemKind = iota
	itemOff
	itemDo
	itemLook
	itemPlug
	itemUnplug
	itemEnd
	itemWake
	itemOpened
	itemClosed
	itemData
	itemStatus
)

// item is one thing for the pump's goroutine to take care of.
type item struct {
	kind    itemKind
	port    string
	action  string
	data    []byte
	why     string
	cut     bool // of itemClosed: the cable is out
	session *session
	at      time.Duration // it was put in; of the clock
	look    func(Handler)
	done    chan error // nil where nobody waits
}

// mailbox is a queue without a limit: a reader must never wait for a machine
// that waits for a reader. While something is in it the clock does not skip.
type mailbox struct {
	clock  *Clock
	mu     sync.Mutex
	items  []item
	closed bool
	some   chan struct{}
}

func (b *mailbox) init(c *Clock) { b.clock, b.some = c, make(chan struct{}, 1) }

// put adds an item; false when nobody will take it any more.
func (b *mailbox) put(it item) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	b.clock.work(1)
	it.at = b.clock.Now()
	b.items = append(b.items, it)
	select {
	case b.some <- struct{}{}:
	default:
	}
	return true
}

// take waits for the next item. The caller calls clock.work(-1) when it has
// done what the item wants.
func (b *mailbox) take() item {
	for {
		b.mu.Lock()
		if len(b.items) > 0 {
			it := b.items[0]
			b.items[0] = item{}
			b.items = b.items[1:]
			b.mu.Unlock()
			return it
		}
		b.mu.Unlock()
		<-b.some
	}
}

// close refuses what comes and answers what waits.
func (b *mailbox) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	for _, it := range b.items {
		b.clock.work(-1)
		if it.done != nil {
			it.done <- ErrOff
		}
	}
	b.items = nil
}
