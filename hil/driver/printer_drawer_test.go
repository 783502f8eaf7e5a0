package driver

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"stormrig/pos"
)

// TestDrawerIsLearned reads each story from left to right: a level that the
// printer reports, a pulse (kick), or seconds that pass.
func TestDrawerIsLearned(t *testing.T) {
	words := map[pos.DrawerState]string{pos.DrawerUnknown: "?", pos.DrawerShut: "shut", pos.DrawerOpen: "open"}
	for _, c := range []struct{ name, story, want string }{
		{"nothing is known before a pulse", "low high low", "? ? ?"},
		{"open is high", "low kick high low", "? ? open shut"},
		{"open is low", "high kick low high", "? ? open shut"},
		{"no drawer, or one without a sensor", "low kick low 1s low", "? ? ? ? ?"},
		{"opened with its key, long after a pulse", "low kick 9s high", "? ? ? ?"},
		{"the first level of all is no change", "kick high", "? ?"},
		{"learned, then opened with its key", "low kick high low 9s high", "? ? open shut shut open"},
		{"a contradiction makes it unknown", "low kick high kick low", "? ? open open ?"},
		{"and the next pulse teaches it anew", "low kick high kick low kick high low", "? ? open open ? ? open shut"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, now, p := drawerSense{look: -1}, time.Duration(0), PrinterCounter80()
			var got []string
			for _, step := range strings.Fields(c.story) {
				switch step {
				case "low", "high":
					w.level(now, step == "high")
				case "kick":
					w.kicked(now, &p)
				default:
					d, _ := time.ParseDuration(step)
					now += d
				}
				got = append(got, words[w.state()])
			}
			assert.Equal(t, c.want, strings.Join(got, " "))
		})
	}
}

// A reconnected printer need not have the level that it had; what the level
// means stays learned.
func TestDrawerAfterAReplug(t *testing.T) {
	w, p := drawerSense{look: -1}, PrinterCounter80()
	w.level(0, false)
	w.kicked(0, &p)
	w.level(0, true)
	w.seen = false
	assert.Equal(t, pos.DrawerUnknown, w.state())
	w.level(0, false)
	assert.Equal(t, pos.DrawerShut, w.state())
}
