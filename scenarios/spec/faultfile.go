package spec

// FaultFile is one fault as written: one key that names the fault and its
// target, the keys that say what it does, and the keys that say when.
type FaultFile struct {
	// The fault; exactly one is set. The value is the target.
	Cut       string `json:"cut,omitempty" jsonschema:"mains, network or a link: it is gone"`
	BrownOut  string `json:"brown-out,omitempty" jsonschema:"mains: the voltage sags, the weakest die first"`
	Drop      string `json:"drop,omitempty" jsonschema:"a till, a device or hub: its power vanishes at once"`
	Kill      string `json:"kill,omitempty" jsonschema:"a till or hub: its process dies, its machine lives"`
	Stop      string `json:"stop,omitempty" jsonschema:"a till or hub: it is switched off in order, and on again"`
	Unplug    string `json:"unplug,omitempty" jsonschema:"a device: its cable or radio is gone"`
	Mute      string `json:"mute,omitempty" jsonschema:"a device: what it says does not arrive"`
	Deaf      string `json:"deaf,omitempty" jsonschema:"a device: what it is told does not arrive"`
	Garble    string `json:"garble,omitempty" jsonschema:"a scanner: a byte that is on its cable arrives changed"`
	Network   string `json:"network,omitempty" jsonschema:"network or a link: it is bad"`
	Clock     string `json:"clock,omitempty" jsonschema:"a till or hub: its clock is wrong"`
	PaperOut  string `json:"paper-out,omitempty" jsonschema:"a printer: the roll is at its end"`
	NearEnd   string `json:"near-end,omitempty" jsonschema:"a printer: its sensor sees the end of the roll coming"`
	CoverOpen string `json:"cover-open,omitempty" jsonschema:"a printer: somebody opened the cover"`
	Slow      string `json:"slow,omitempty" jsonschema:"a device: it answers late"`
	Disk      string `json:"disk,omitempty" jsonschema:"a till or hub: its disk fails"`
	Report    string `json:"report,omitempty" jsonschema:"a till that sells: somebody asks for the day's figures"`
	Copy      string `json:"copy,omitempty" jsonschema:"a till that sells: somebody asks for a receipt once more"`
	Edit      string `json:"edit,omitempty" jsonschema:"a variant (price) or an item (name): somebody edits the catalogue"`

	// What it does.
	For       *Duration  `json:"for,omitempty" jsonschema:"how long it lasts; until the weather ends by default, a drop and a kill 5s to 20s"`
	OneWay    string     `json:"one-way,omitempty" jsonschema:"in or out: only this direction, seen from the till"`
	To        *Percent   `json:"to,omitempty" jsonschema:"brown-out: what is left of the voltage"`
	Delay     *Durations `json:"delay,omitempty" jsonschema:"network, slow, disk: added to each message or operation"`
	Loss      *Percent   `json:"loss,omitempty" jsonschema:"network: share of messages lost"`
	Duplicate *Percent   `json:"duplicate,omitempty" jsonschema:"network: share of messages doubled"`
	Reorder   *Percent   `json:"reorder,omitempty" jsonschema:"network: share of messages that overtake"`
	Jump      *Jump      `json:"jump,omitempty" jsonschema:"clock: -1h, +30s"`
	Set       *Clock     `json:"set,omitempty" jsonschema:"clock: shows this time (UTC when it has a date)"`
	Drift     *PPM       `json:"drift,omitempty" jsonschema:"clock: 200 ppm fast, -50 ppm slow"`
	Battery   string     `json:"battery,omitempty" jsonschema:"clock: flat: after each loss of power it starts at 1970"`
	Fail      string     `json:"fail,omitempty" jsonschema:"disk: write, sync, full, lie or slow"`
	Room      *Size      `json:"room,omitempty" jsonschema:"disk: bytes left when it is full"`
	Reading   string     `json:"reading,omitempty" jsonschema:"report: x (a look; the default) or z (closes the day)"`
	Receipt   *int       `json:"receipt,omitempty" jsonschema:"copy: the number of the receipt"`
	By        string     `json:"by,omitempty" jsonschema:"edit: the till where it is made"`
	Price     *Money     `json:"price,omitempty" jsonschema:"edit: the new price"`
	Name      string     `json:"name,omitempty" jsonschema:"edit: the new name"`

	// When.
	At      *At        `json:"at,omitempty" jsonschema:"time of day, or with 'during' how far it has come (50%)"`
	During  string     `json:"during,omitempty" jsonschema:"commit or receipt of a sale, request or reply of the card host, recovery, checkpoint, pull, settle (the end of a stored payment) or rewrite (once more, after a failed write or sync)"`
	Of      *Of        `json:"of,omitempty" jsonschema:"sale 3, storm sale 12, approval of sale 2"`
	Between *InTime    `json:"between,omitempty" jsonschema:"two moments of a sale: approval and record"`
	After   *Durations `json:"after,omitempty" jsonschema:"so long after the moment of 'of', or after the time of 'at'; a range is drawn from"`
	Op      *int       `json:"op,omitempty" jsonschema:"during a commit, recovery, checkpoint, pull, settle or rewrite: its n-th disk operation, from 1"`
	Byte    *int       `json:"byte,omitempty" jsonschema:"byte of that operation, or of a receipt, from 0"`
	Times   *Range     `json:"times,omitempty" jsonschema:"how often; 1 by default"`
	When    string     `json:"when,omitempty" jsonschema:"drawn: the seed chooses the kind of moment, then the moment"`
}

// ExampleFaults are lines of weather that show the forms of 'when'.
var ExampleFaults = []string{
	`{cut: mains, at: "14:02", for: 3h}`,
	`{drop: phone, during: commit, of: storm sale 12, op: 1, byte: 211}`,
	`{drop: phone, between: approval and record, of: storm sale 20}`,
	`{drop: phone, after: 0s..5s, of: done of sale 2}`,
	`{drop: phone, times: 1..3, when: drawn}`,
	`{unplug: phone.printer, during: receipt, of: storm sale 15, at: 50%}`,
	`{unplug: phone.printer, during: receipt, of: sale 2, byte: 211, for: 1m}`,
	`{drop: phone, during: settle, times: 1..2}`,
	`{edit: beaded-sandals/38/gold, by: assistant, price: PHP 1290.00, at: "15:10"}`,
}
