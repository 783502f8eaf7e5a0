package live

import (
	"encoding/json"

	"stormrig/sim/device"
)

// FromEvent is what a device's model would have told, out of an event of an
// emulator that somebody serves (stormrig/sim/emulator); nil for what the
// history has no use for.
func FromEvent(kind string, data json.RawMessage) (any, error) {
	var err error
	read := func(v any) { err = json.Unmarshal(data, v) }
	switch kind {
	case "piece":
		var p struct {
			State string   `json:"state"`
			Lines []string `json:"lines"`
			Job   int      `json:"job"`
		}
		read(&p)
		return device.PieceEnded{Piece: device.Piece{State: p.State, Lines: p.Lines, Job: p.Job}}, err
	case "completed":
		var v device.Completed
		read(&v)
		return v, err
	case "drawer":
		return device.Kicked{}, nil
	case "scanned":
		var v device.Scanned
		read(&v)
		return v, err
	case "armed":
		var v device.Armed
		read(&v)
		return v, err
	case "disarmed":
		var v device.Disarmed
		read(&v)
		return v, err
	case "swiped":
		var v device.Swiped
		if len(data) == 0 || json.Unmarshal(data, &v) != nil || v.Ref == "" {
			return nil, nil // nothing was read, or it is no reader that holds a request
		}
		return v, nil
	}
	return nil, nil
}
