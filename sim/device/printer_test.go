package device_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/driver"
	"stormrig/pos"
	"stormrig/sim/device"
)

// receipt is what a sale prints.
func receipt(n int) pos.Document {
	return pos.Document{
		Lines: []pos.DocLine{
			{Text: "STORM & SONS", Align: pos.Centre, Double: true, Bold: true},
			{Text: "14 Seawall Street, Legazpi", Align: pos.Centre},
			{Rule: true},
			{Text: fmt.Sprintf("RECEIPT %d", n), Bold: true},
			{Text: "2026-07-18 14:05:10", RightText: "phone"},
			{Rule: true},
			{Text: "Beaded sandals 38 gold abaca", RightText: "1290.00"},
			{Text: "Woven belt with a buckle made of coconut shell 90 natural", RightText: "450.00"},
			{Text: "  2 x 225.00"},
			{Rule: true},
			{Text: "TOTAL", RightText: "PHP 1740.00", Bold: true},
			{Text: "CASH", RightText: "2000.00"},
			{Text: "CHANGE", RightText: "260.00"},
			{Text: "incl. VAT 12%", RightText: "186.43"},
			{Text: "Maraming salamat po! Café £5 ½ €", Align: pos.Centre},
		},
		QR: fmt.Sprintf("phone/1/%d %d 2026-07-18 PHP 1740.00", n*3, n),
	}
}

type printerPair struct {
	name string
	host driver.PrinterProfile
	dev  device.PrinterProfile
}

func printerPairs() []printerPair {
	return []printerPair{
		{"counter80", driver.PrinterCounter80(), device.Counter80()},
		{"mobile80", driver.PrinterMobile80(), device.Mobile80()},
		{"mobile58", driver.PrinterMobile58(), device.Mobile58()},
		{"clone58", driver.PrinterClone58(), device.Clone58()},
	}
}

// reference prints one receipt on a printer that nothing happens to.
func reference(t *testing.T, p printerPair, n int) device.Piece {
	t.Helper()
	r := rigWith(p.host, p.dev)
	r.do(pos.Print{Job: n, Doc: receipt(n)})
	r.run(20 * time.Second)
	pieces := r.dev.Pieces()
	if !p.host.Cutter {
		r.hand("tear", "")
		pieces = r.dev.Pieces()
		require.Equal(t, 1, len(pieces[0].Lines), "the rule that a receipt begins under")
		pieces = pieces[1:]
	}
	require.Len(t, pieces, 1)
	return pieces[0]
}

func TestPrinterPrintsAReceipt(t *testing.T) {
	for _, p := range printerPairs() {
		t.Run(p.name, func(t *testing.T) {
			r := rigWith(p.host, p.dev)
			r.do(pos.Print{Job: 12, Doc: receipt(12)})
			r.do(pos.Print{Job: 13, Doc: receipt(13)})
			r.run(30 * time.Second)
			want := pos.OutcomeDone
			if !p.dev.HasCompletion {
				want = pos.OutcomeUnknown
			}
			assert.Equal(t, []string{want}, r.ended(12))
			assert.Equal(t, []string{want}, r.ended(13))
			pieces := r.dev.Pieces()
			text := pieces[0].Text()
			for _, w := range []string{"RECEIPT 12", "TOTAL", "PHP 1740.00", "Café", "[QR phone/1/36 12"} {
				assert.Contains(t, text, w)
			}
			if p.host.Cutter {
				require.Len(t, pieces, 2)
				assert.Equal(t, 12, pieces[0].Job)
				assert.Equal(t, device.PieceCut, pieces[1].State)
				assert.Len(t, toldBy[device.PieceBegun](r), 2)
				assert.Equal(t, []device.Completed{{Job: 12}, {Job: 13}}, toldBy[device.Completed](r))
			}
		})
	}
}

// The heart of it: whatever byte a link or the printer's power is lost at,
// the next receipt is whole, on paper of its own, dot for dot.
func TestNextReceiptIsWholeWhateverByteTheLinkDiedAt(t *testing.T) {
	everyByte(t, func(r *printerRig, _ printerPair) {
		r.unplug()
		r.at(r.now+700*time.Millisecond, func() { r.plugged = true })
	})
}

func TestNextReceiptIsWholeWhateverByteThePrinterDiedAt(t *testing.T) {
	everyByte(t, func(r *printerRig, _ printerPair) {
		r.powerOff()
		r.at(r.now+700*time.Millisecond, r.powerOn)
	})
}

func TestNextReceiptIsWholeWhateverByteTheTillDiedAt(t *testing.T) {
	everyByte(t, func(r *printerRig, p printerPair) { r.rebootTill(p.host) })
}

func everyByte(t *testing.T, fault func(*printerRig, printerPair)) {
	for _, p := range printerPairs() {
		t.Run(p.name, func(t *testing.T) {
			want := reference(t, p, 13)
			whole := reference(t, p, 12)
			base := rigWith(p.host, p.dev)
			base.do(pos.Print{Job: 12, Doc: receipt(12)})
			before := base.toDev
			base.run(20 * time.Second)
			size := base.toDev - before
			require.Greater(t, size, 500)
			step := 3 // every byte of one make, a sample of the others
			if p.name == "counter80" {
				step = 1
			}
			for k := 1; k <= size; k += step {
				r := rigWith(p.host, p.dev)
				r.cutAt = r.toDev + k
				r.cut = func() { fault(r, p) }
				r.do(pos.Print{Job: 12, Doc: receipt(12)})
				r.run(10 * time.Second)
				require.Zero(t, r.cutAt, "the fault must fire at byte %d", k)
				if !p.host.Cutter {
					r.hand("tear", "") // the cashier, seeing half a receipt
				}
				r.do(pos.Print{Job: 13, Doc: receipt(13)})
				r.run(20 * time.Second)
				if !p.host.Cutter {
					r.hand("tear", "")
				}
				checkAfterFault(t, r, p, k, want, whole)
				if t.Failed() {
					return
				}
			}
		})
	}
}

func checkAfterFault(t *testing.T, r *printerRig, p printerPair, k int, want, whole device.Piece) {
	t.Helper()
	pieces := r.dev.Pieces()
	require.NotEmpty(t, pieces)
	last := pieces[len(pieces)-1]
	if p.host.Cutter {
		require.Equal(t, want.Lines, last.Lines, "byte %d: %v", k, pieces)
		require.Equal(t, want.Dots, last.Dots, "byte %d", k)
	} else {
		// A strip with a rule on top, where the host could not know that
		// the paper was torn.
		text := strings.TrimLeft(last.Text(), "─\n")
		require.Equal(t, strings.TrimLeft(want.Text(), "─\n"), text, "byte %d", k)
	}
	first := slices.ContainsFunc(pieces, func(x device.Piece) bool {
		return strings.Contains(x.Text(), whole.Text())
	})
	any12 := slices.ContainsFunc(pieces, func(x device.Piece) bool { return strings.Contains(x.Text(), "RECEIPT 12") })
	for _, o := range r.ended(12) {
		switch o {
		case pos.OutcomeDone:
			require.True(t, first, "byte %d: done, but not on paper: %q", k, pieces)
		case pos.OutcomeFailed:
			require.False(t, any12, "byte %d: failed, but on paper", k)
		}
	}
	if p.dev.HasCompletion {
		require.Equal(t, []string{pos.OutcomeDone}, r.ended(13), "byte %d", k)
	}
	require.Empty(t, toldBy[device.Kicked](r), "byte %d: nobody asked for the drawer", k)
}
