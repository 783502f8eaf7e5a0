package journal

import (
	"bytes"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"stormrig/pos"
	"stormrig/pos/store"
)

// exported is one line of Export, in the fields of an 'entry' event of a
// history.
type exported struct {
	Device  string          `json:"device"`
	Inc     uint32          `json:"inc"`
	Seq     uint64          `json:"seq"`
	Prev    string          `json:"prev"`
	Hash    string          `json:"hash"`
	Payload json.RawMessage `json:"payload"`
}

// Export writes every valid entry, own chains first, as one JSON object a
// line: device, inc, seq, prev, hash (hex) and payload. A payload that is no
// JSON is written as a string. The error wraps ErrDamaged when a chain could
// not be read to its end; what lies before the damage is written all the same.
func Export(f store.FS, w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false) // payload bytes are hashed as they are
	return exportTo(f, func(c pos.Chain, fr Frame) error {
		payload, err := asJSON(fr.Payload)
		if err != nil {
			return err
		}
		return enc.Encode(exported{Device: c.Device, Inc: c.Incarnation, Seq: fr.Seq,
			Prev: hex.EncodeToString(fr.Prev[:]), Hash: hex.EncodeToString(fr.Hash[:]), Payload: payload})
	})
}

func exportTo(f store.FS, line func(pos.Chain, Frame) error) error {
	err := Walk(f, line)
	if errors.Is(err, ErrDamaged) {
		return fmt.Errorf("journal: export: %w", err)
	}
	return err
}

// csvHead names the columns of ExportCSV: time is the device's wall clock in
// UTC, clock what it thought of it, facts the kinds of what was decided.
var csvHead = []string{"device", "incarnation", "sequence", "time", "clock", "facts", "hash", "payload"}

// ExportCSV writes every valid entry as a line of CSV (RFC 4180) under a
// heading; see Export.
func ExportCSV(f store.FS, w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(csvHead); err != nil {
		return err
	}
	damage := exportTo(f, func(c pos.Chain, fr Frame) error {
		at, clock, facts := summary(fr.Payload)
		return out.Write([]string{c.Device, strconv.FormatUint(uint64(c.Incarnation), 10), strconv.FormatUint(fr.Seq, 10),
			at, clock, facts, hex.EncodeToString(fr.Hash[:]), guard(string(fr.Payload))})
	})
	out.Flush()
	return errors.Join(damage, out.Error())
}

// summary reads what a person looks for first. It needs no more of an entry
// than its outer form, so that entries of a later program have their line, too.
func summary(payload []byte) (at, clock, facts string) {
	var e struct {
		Wall  *int64                       `json:"wall"`
		Clock json.RawMessage              `json:"clock"`
		Facts []map[string]json.RawMessage `json:"facts"`
	}
	if json.Unmarshal(payload, &e) != nil {
		return "", "", ""
	}
	if e.Wall != nil {
		at = time.Unix(0, *e.Wall).UTC().Format("2006-01-02T15:04:05.000Z")
	}
	var kinds []string
	for _, f := range e.Facts {
		var names []string
		for k := range f {
			names = append(names, k)
		}
		slices.Sort(names)
		kinds = append(kinds, names...)
	}
	return at, guard(strings.Trim(string(e.Clock), `"`)), guard(strings.Join(kinds, " "))
}

// guard keeps a spreadsheet from taking a cell for a formula: a payload comes
// from other devices.
func guard(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// asJSON returns a payload as it is, or as a JSON string when it is no JSON.
func asJSON(payload []byte) (json.RawMessage, error) {
	if json.Valid(payload) {
		return payload, nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(string(payload))
	return bytes.TrimSpace(b.Bytes()), err
}
