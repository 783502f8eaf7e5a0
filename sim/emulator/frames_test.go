package emulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"stormrig/hil/wire/card"
	"stormrig/sim/emulator"
)

// TestWhatAReaderCannotRead is named in the events; its state and a swipe
// without a card are told as those of the other devices are.
func TestWhatAReaderCannotRead(t *testing.T) {
	k, err := emulator.Dongle("terminal", nil)
	s := serve(t, k, err)
	for _, action := range []string{"swipe", "insert"} {
		code, body := s.post(`{"action":"` + action + `"}`)
		assert.Equal(t, http.StatusBadRequest, code)
		assert.Contains(t, body, "which card?")
		assert.Contains(t, body, "swipe-bad")
	}
	told := func(text string) bool {
		_, events := s.get("/v1/events?since=0&follow=0")
		return strings.Contains(events, text)
	}
	h := s.dial()
	for _, c := range []struct {
		sent []byte
		says string
	}{
		{[]byte(`{"arm":1}`), "none of a frame"},
		{[]byte("\x02hello\x03x"), "none of STX"},
		{card.AppendFrame(nil, []byte("1|arm|S-1|100|0000")), "check does not fit"},
		{card.AppendMessage(nil, '1', card.Message{Verb: card.State}), "what a reader says"},
	} {
		h.send(string(c.sent))
		assert.Eventually(t, func() bool { return told(c.says) }, 5*time.Second, 5*time.Millisecond, c.says)
	}
	h.send(string(card.AppendMessage(nil, '2', card.Message{Verb: card.Arm, Ref: "S-1", Amount: 100})))
	assert.Eventually(t, func() bool { return told("armed for S-1") }, 5*time.Second, 5*time.Millisecond)
	_, status := s.get("/v1/status")
	assert.Contains(t, status, `"holds": "request"`)
}
