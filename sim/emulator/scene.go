package emulator

import (
	"encoding/base64"
	"fmt"
	"net/http"

	"stormrig/hil/wire/card"
	"stormrig/sim/device"
)

// Scene is what can be seen on the bench without asking the device: what a
// person would look at. A certifier that operates the device over HTTP has no
// other eyes.
type Scene struct {
	// Sheets are the pieces of paper, newest last; the last may be unfinished.
	Sheets []Sheet `json:"sheets"`
	// Kicks are the pulses on the drawer's pin 2 so far.
	Kicks int `json:"kicks"`
	// Shown is what the device shows, plays and charges, oldest first, as
	// many as are kept.
	Shown []string `json:"shown"`
}

// Sheet is a piece of paper, from one cut to the next.
type Sheet struct {
	Lines []string `json:"lines"`
	State string   `json:"state"` // cut, torn off, open, power lost
	Width int      `json:"width"` // dots
	// Rows are the dots, packed, the leftmost in the highest bit, base64.
	Rows string `json:"rows"`
}

// keptShown bounds Scene.Shown.
const keptShown = 1000

// Scene looks at the bench.
func (e *Emulator) Scene() Scene {
	s := Scene{Sheets: []Sheet{}}
	for _, p := range e.Pieces() {
		s.Sheets = append(s.Sheets, Sheet{Lines: append([]string{}, p.Lines...), State: p.State, Width: p.Width,
			Rows: base64.StdEncoding.EncodeToString(p.Rows())})
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	s.Kicks, s.Shown = e.kicks, append([]string{}, e.visible...)
	return s
}

func (e *Emulator) scene(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, e.Scene())
}

// watched keeps what an eye or an ear at the bench would have noticed, in the
// words of the checks of stormrig/hil/certify.
func (e *Emulator) watched(v any) {
	shows := ""
	switch v := v.(type) {
	case device.Kicked:
		if v.Pin == 0 {
			e.set(func() { e.kicks++ })
		}
		return
	case device.Beeped:
		shows = map[bool]string{true: "good beep", false: "bad beep"}[v.Good]
	case device.Settled:
		shows = fmt.Sprintf("charged %s %d", v.Ref, v.Amount)
	case device.Armed:
		shows = fmt.Sprintf("shows %s %d", v.Ref, v.Amount)
	default:
		return
	}
	e.set(func() {
		e.visible = append(e.visible, shows)
		e.visible = e.visible[max(0, len(e.visible)-keptShown):]
	})
}

// Unseal opens a track that an emulated reader has sealed: what the card host
// of a shop with test cards only can do.
func Unseal(serial string, sealed []byte) (track string, err error) {
	track, _, err = card.Open(testKey.HeadKey(serial), serial, sealed)
	return track, err
}
