package hub_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"stormrig/pos"
	"stormrig/pos/journal"
	"stormrig/pos/sync"
)

// news are the marks of each piece of news among messages.
func (d *desk) news(r []sync.Message) (out []string) {
	for _, m := range r {
		if m.Type == sync.News {
			text := ""
			for _, mark := range m.Have {
				text += fmt.Sprintf("%s@%d ", mark.Chain, mark.Seq)
			}
			out = append(out, text)
		}
	}
	return out
}

// A device that has not answered its news is told no more, then all that has
// grown, once.
func TestOnePieceOfNewsAtATime(t *testing.T) {
	d := newDesk(t)
	raw, ends := chain(t, nil, nil, nil, nil, nil)
	for _, link := range []string{"phone", "tablet", "office"} {
		d.says(link, sync.Message{Type: sync.Hello})
	}
	told := func(seq int) []string { return []string{fmt.Sprintf("phone/1@%d ", seq)} }
	pushed := func(n int) func(link string) []string {
		r := d.says("phone", push(raw[:ends[n-1]]))
		return func(link string) []string { return d.news(d.hears(r, link)) }
	}
	first := pushed(1)
	assert.Equal(t, told(1), first("tablet"))
	assert.Equal(t, told(1), first("office"))
	assert.Empty(t, first("phone"), "it knows")
	assert.Empty(t, pushed(2)("tablet"), "it has not answered")
	assert.Empty(t, pushed(3)("tablet"))

	pull := sync.Message{Type: sync.Pull, Chain: phone}
	answer := d.hears(d.says("tablet", pull), "tablet")
	assert.Len(t, answer, 1, "the batch holds all that it was not told")
	assert.Equal(t, sync.Batch, answer[0].Type)
	assert.Equal(t, told(4), pushed(4)("tablet"))

	d.now.Mono, d.now.Wall = time.Minute, d.now.Wall+int64(time.Minute)
	fifth := pushed(5)
	assert.Equal(t, told(5), fifth("office"), "its news may have been lost: after a while it is told again")
	assert.Equal(t, told(5), fifth("tablet"))
	assert.Empty(t, d.news(d.hears(d.says("office", sync.Message{Type: sync.Hello}), "office")), "the welcome says all")
}

// What many devices send while one is silent is told in pieces, each when the
// one before was answered, and nothing twice.
func TestNewsOfManyComesInPieces(t *testing.T) {
	d := newDesk(t)
	d.says("office", sync.Message{Type: sync.Hello})
	const tills = 50
	heard := map[string]int{}
	listen := func(messages []sync.Message) (n int) {
		for _, m := range messages {
			if m.Type == sync.News {
				n++
				for _, mark := range m.Have {
					heard[mark.Device]++
				}
			}
		}
		return n
	}
	told := 0
	for i := range tills {
		name := fmt.Sprintf("till-%02d", i)
		c := pos.Chain{Device: name, Incarnation: 1}
		e := &pos.Entry{Key: pos.Key{Device: name, Incarnation: 1, Seq: 1}, HLC: 1}
		payload, err := e.Encode()
		assert.NoError(t, err)
		frame := journal.AppendFrame(nil, 1, 0, journal.Genesis(c), payload)
		told += listen(d.hears(d.says(name, sync.Message{Type: sync.Push, Chain: c, Seq: 1, Frames: frame}), "office"))
	}
	assert.Equal(t, 1, told, "one piece for fifty pushes")
	for n := 0; ; n++ {
		r := d.says("office", sync.Message{Type: sync.Pull, Chain: pos.Chain{Device: "hub", Incarnation: 1}, Seq: 9})
		if listen(d.hears(r, "office")) == 0 {
			assert.Equal(t, 4, n, "the 49 others, 16 at a time")
			break
		}
	}
	assert.Len(t, heard, tills)
	for name, n := range heard {
		assert.Equal(t, 1, n, name)
	}
}
