package audit_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/audit"
	"stormrig/scenarios/audit/export"
	"stormrig/scenarios/prove"
)

// damage does to a day's exports what a till or an acquirer did wrong, and to
// the truth what it then is.
type damage struct {
	name string
	do   func(d *damaged) bool // false: the day has no occasion
	kind string
}

// damaged is exports as rows.
type damaged struct {
	files *export.Files
	sales [][]string // with the titles
	host  [][]string
	truth *truth
	pick  int
}

func rowsOf(text []byte) [][]string {
	var out [][]string
	for _, l := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		out = append(out, strings.Split(l, ","))
	}
	return out
}

func textOf(rows [][]string) []byte {
	var b strings.Builder
	for _, r := range rows {
		b.WriteString(strings.Join(r, ",") + "\n")
	}
	return []byte(b.String())
}

// sale returns the rows of one sale paid so, in the middle of the day.
func (d *damaged) sale(tender string) (from, to int) {
	var begins []int
	for i := 1; i < len(d.sales); i++ {
		if d.sales[i][7] == tender && d.sales[i][0] != d.sales[i-1][0] && d.sales[i][0] != "1" && d.sales[i][0] != d.sales[len(d.sales)-1][0] {
			begins = append(begins, i)
		}
	}
	if len(begins) == 0 {
		return 0, 0
	}
	from = begins[d.pick%len(begins)]
	for to = from; to < len(d.sales) && d.sales[to][0] == d.sales[from][0]; to++ {
	}
	return from, to
}

// charge returns the row of a charge that stands and is no part of anything
// else, for a sale of which there is one.
func (d *damaged) charge() int {
	var rows []int
	count := make(map[string]int)
	for _, r := range d.host[1:] {
		count[r[2]]++
	}
	for i, r := range d.host {
		if i > 0 && r[3] == "captured" && count[r[2]] == 1 && r[2] != "" {
			rows = append(rows, i)
		}
	}
	if len(rows) == 0 {
		return 0
	}
	return rows[d.pick%len(rows)]
}

func minor(s string) int64 {
	n, _ := strconv.ParseInt(strings.Replace(s, ".", "", 1), 10, 64)
	return n
}

func (d *damaged) want(kind string, amount int64) {
	d.truth.want = append(d.truth.want, mishap{kind, amount})
}

// gone drops a sale from the books: what the shelf and the drawer then show.
func (d *damaged) gone(from, to int) {
	for _, r := range d.sales[from:to] {
		d.truth.shelf[r[3]] = true
	}
	d.sales = append(d.sales[:from:from], d.sales[to:]...)
}

func damages() []damage {
	return []damage{
		{"a card sale is gone", func(d *damaged) bool {
			from, to := d.sale("card")
			if to == from || d.captured(d.sales[from][8]) != 1 {
				return false
			}
			d.want(audit.ChargedWithoutSale, minor(d.sales[from][6]))
			d.gone(from, to)
			return true
		}, audit.ChargedWithoutSale},
		{"a cash sale is gone", func(d *damaged) bool {
			from, to := d.sale("cash")
			if to == from {
				return false
			}
			d.truth.cash += minor(d.sales[from][6])
			d.want(audit.NumberGap, 0)
			d.gone(from, to)
			return true
		}, audit.UnrecordedSale},
		{"a charge is gone", func(d *damaged) bool {
			i := d.charge()
			if i == 0 {
				return false
			}
			d.want(audit.SaleWithoutCharge, minor(d.host[i][1]))
			d.host = append(d.host[:i:i], d.host[i+1:]...)
			return true
		}, audit.SaleWithoutCharge},
		{"a charge is doubled", func(d *damaged) bool {
			i := d.charge()
			if i == 0 {
				return false
			}
			d.want(audit.ChargedTwice, minor(d.host[i][1]))
			d.host = append(d.host, d.host[i])
			return true
		}, audit.ChargedTwice},
		{"a sale is doubled", func(d *damaged) bool {
			from, to := d.sale("card")
			if to == from {
				return false
			}
			d.want("number twice", 0)
			for _, r := range d.sales[from:to] {
				d.truth.shelf[r[3]] = true
			}
			d.sales = append(d.sales, d.sales[from:to]...)
			return true
		}, audit.SoldTwice},
		{"a charge is wrong by 100.00", func(d *damaged) bool {
			i := d.charge()
			if i == 0 {
				return false
			}
			r := append([]string(nil), d.host[i]...)
			n := minor(r[1]) + 10000
			r[1] = strconv.FormatInt(n/100, 10) + "." + strings.Repeat("0", 2-len(strconv.FormatInt(n%100, 10))) + strconv.FormatInt(n%100, 10)
			d.host[i] = r
			d.want(audit.AmountDiffers, 10000)
			return true
		}, audit.AmountDiffers},
	}
}

func (d *damaged) captured(ref string) int {
	n := 0
	for _, r := range d.host[1:] {
		if r[2] == ref && r[3] == "captured" {
			n++
		}
	}
	return n
}

// hurt applies a damage; false where the day has no occasion for it.
func hurt(f *export.Files, tr *truth, x damage, pick int) bool {
	d := &damaged{files: f, sales: rowsOf(f.Sales), host: rowsOf(f.Settlement), truth: tr, pick: pick}
	if !x.do(d) {
		return false
	}
	f.Sales, f.Settlement = textOf(d.sales), textOf(d.host)
	return true
}

// TestAMishapIsOneFinding damages clean days at one place each: one finding,
// of the right kind, whatever it left in other files.
func TestAMishapIsOneFinding(t *testing.T) {
	clean := 0
	for seed := int64(1); clean < 3; seed++ {
		events := play(t, day{s: prove.Sabotage{Day: "storm-saturday"}, seed: seed})
		require.NotNil(t, events)
		f, err := export.From(events, export.Options{References: true})
		require.NoError(t, err)
		tr := truthOf(events, f)
		if len(tr.want)+len(tr.shelf) > 0 {
			continue // declines: no clean day
		}
		clean++
		assert.Empty(t, auditOf(t, f).Findings, "seed %d", seed)
		for _, x := range damages() {
			g, tr := *f, truthOf(events, f)
			require.True(t, hurt(&g, &tr, x, int(seed)), x.name)
			r := auditOf(t, &g)
			if assert.Len(t, r.Findings, 1, "seed %d, %s: %v", seed, x.name, texts(r)) {
				assert.Equal(t, x.kind, r.Findings[0].Kind, x.name)
				assert.NotEmpty(t, r.Findings[0].Evidence)
			}
		}
	}
}

func texts(r *audit.Report) (out []string) {
	for _, f := range r.Findings {
		out = append(out, f.Kind+": "+f.Text)
	}
	return out
}
