package certify

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// RecordSchema is the version of Record's form.
const RecordSchema = 1

// Record is what a certificate says. Its JSON is the payload that is signed.
type Record struct {
	Schema int   `json:"schema"`
	Class  Class `json:"class"`
	// Claim is what stands on the device, Identity what it said of itself.
	Claim    Claim    `json:"claim"`
	Identity Identity `json:"identity"`
	// Driver names the program and version that spoke to the device.
	Driver string `json:"driver"`
	// Transport as in Claim. Emulated devices are certified as such: the
	// record is no statement on metal.
	Transport string `json:"transport"`
	Emulated  bool   `json:"emulated"`
	// Examined is the day, RFC 3339.
	Examined string    `json:"examined"`
	Grade    Grade     `json:"grade,omitempty"`
	Verdict  Verdict   `json:"verdict"`
	Checks   []Result  `json:"checks"`
	Evidence []Exhibit `json:"evidence"`
	// Says is what a reader must know before he relies on it.
	Says []string `json:"says"`
}

// Exhibit is a file beside the record, bound to it by its hash.
type Exhibit struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Bytes  int    `json:"bytes"`
}

// ExhibitOf binds a file's content.
func ExhibitOf(name string, data []byte) Exhibit {
	sum := sha256.Sum256(data)
	return Exhibit{Name: name, SHA256: hex.EncodeToString(sum[:]), Bytes: len(data)}
}

// NewRecord sums an examination up. examined is its day.
func NewRecord(ex *Examination, checks []Check, driver, examined string) Record {
	r := Record{
		Schema: RecordSchema, Class: ex.Class, Claim: ex.Claim, Identity: ex.Identity, Driver: driver,
		Transport: ex.Claim.Transport, Emulated: ex.Emulated, Examined: examined,
		Grade: ex.GradeOf(checks), Verdict: ex.Verdict(checks), Checks: ex.Results,
	}
	r.Says = says(&r)
	if seen := ex.Seen(checks); seen < len(checks) {
		open := "Incomplete"
		if r.Class == Printer && r.Grade == "" {
			open = "Not graded"
		}
		r.Says = append(r.Says, fmt.Sprintf("%s: %d of %d checks were done and seen.", open, seen, len(checks)))
	}
	return r
}

// says is page one of a certificate.
func says(r *Record) (out []string) {
	if r.Emulated {
		out = append(out, "The device is emulated: this says nothing of any device of metal.")
	}
	switch {
	case r.Class == Dongle:
		out = append(out, "This is no EMV, PCI PTS or acquirer approval. It says how the reader answers a till, and nothing of the safety of card data inside it.")
	case r.Class == Printer && r.Grade == GradeC:
		out = append(out, "Grade C: it prints. It cannot tell a lost receipt from a printed one; after every doubt a person must look.")
	case r.Class == Printer && r.Grade == GradeB:
		out = append(out, "Grade B: its status is true, and it does not prove that a receipt was completed; after a lost connection a person must look.")
	}
	return out
}

// Encode is the payload: JSON as encoding/json writes it, no spaces.
func (r *Record) Encode() ([]byte, error) { return json.Marshal(r) }

// DecodeRecord reads a payload.
func DecodeRecord(payload []byte) (Record, error) {
	var r Record
	if err := json.Unmarshal(payload, &r); err != nil {
		return r, fmt.Errorf("the certificate's record: %w", err)
	}
	if r.Schema != RecordSchema {
		return r, fmt.Errorf("the certificate's record has form %d, this program reads form %d", r.Schema, RecordSchema)
	}
	return r, nil
}
