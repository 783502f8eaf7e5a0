package driver

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"stormrig/hil/machine"
	"stormrig/hil/wire/escpos"
	"stormrig/pos"
)

func TestBreakLine(t *testing.T) {
	for _, c := range []struct {
		name, text, right string
		columns           int
		want              []string
	}{
		{"empty", "", "", 32, []string{""}},
		{"short", "CASH", "", 32, []string{"CASH"}},
		{"both ends", "CASH", "20.00", 12, []string{"CASH   20.00"}},
		{"exactly full", "CASH", "20.00", 10, []string{"CASH 20.00"}},
		{"no room for the right", "CASH", "200000", 10, []string{"CASH", "    200000"}},
		{"words wrap", "Beaded sandals 38 gold", "9.00", 14, []string{"Beaded sandals", "38 gold   9.00"}},
		{"indent is kept", "  2 x 225.00 each", "", 10, []string{"  2 x", "  225.00", "  each"}},
		{"a word longer than a line", "abcdefghijkl", "", 5, []string{"abcde", "fghij", "kl"}},
		{"only a right text", "", "9.00", 8, []string{"    9.00"}},
		{"accents count once", "Café", "1.00", 10, []string{"Café  1.00"}},
		{"a right text longer than a line", "x", "1234567890 12", 8, []string{"x", "12345678", "   90 12"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, breakLine(c.text, c.right, c.columns))
		})
	}
}

func TestBreakLineLosesNoWordAndFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[ a-zé0-9.]{0,60}`).Draw(t, "text")
		right := rapid.StringMatching(`[0-9.]{0,12}`).Draw(t, "right")
		columns := rapid.IntRange(13, 48).Draw(t, "columns")
		lines := breakLine(text, right, columns)
		for _, l := range lines {
			require.LessOrEqual(t, utf8.RuneCountInString(l), columns)
		}
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		require.Equal(t, squeeze(text+" "+right), squeeze(strings.Join(lines, " ")))
	})
}

func bootPrinter(p PrinterProfile) (*Printer, Step) {
	d := NewPrinter(p)
	d.Handle(machine.Now{}, machine.Input{Kind: machine.Boot})
	return d, d.Handle(machine.Now{}, machine.Input{Kind: machine.Opened, Port: PortPrinter})
}

func printerWrites(s Step) (out []byte) {
	for _, o := range s.Out {
		if o.Kind == machine.Write {
			out = append(out, o.Data...)
		}
	}
	return out
}

func printerData(d *Printer, at time.Duration, b ...byte) Step {
	return d.Handle(machine.Now{Mono: at}, machine.Input{Kind: machine.Data, Port: PortPrinter, Data: b})
}

// The bytes of a connection and of a receipt, spelled out.
func TestPrinterBytes(t *testing.T) {
	p := PrinterCounter80()
	d, s := bootPrinter(p)
	want := string(make([]byte, flushBytes)) + "\x1b@\x1da\x0f\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04\x1dr\x01"
	assert.Equal(t, want, string(printerWrites(s)))

	doc := pos.Document{Lines: []pos.DocLine{{Text: "Café 5 €", Bold: true}, {Text: "SALE 12", Align: pos.Centre, Double: true}}, QR: "x", Barcode: "12"}
	s = d.Do(machine.Now{}, pos.Print{Job: 12, Doc: doc})
	assert.Empty(t, printerWrites(s), "not before the printer is in step")
	assert.Empty(t, printerWrites(printerData(d, 0, 0x12, 0x12, 0x12, 0x12)))
	s = printerData(d, 0, 0x00)
	assert.Equal(t, "\x1b@"+ // default modes
		"\x1dVB\x00"+ // nothing hangs out
		"\x1bE\x01Caf\x1bt\x00\x82 5 \x1bt\x10\x80\n\x1bE\x00"+
		"\x1d!\x11\x1ba\x01SALE 12\n\x1ba\x00\x1d!\x00"+
		"\x1ba\x01\n\x1dh\x40\x1dw\x02\x1dH\x02\x1dk\x49\x04{B12\x1ba\x00"+
		"\x1ba\x01\n\x1d(k\x04\x00\x31\x41\x32\x00\x1d(k\x03\x00\x31\x43\x05\x1d(k\x03\x00\x31\x45\x31"+
		"\x1d(k\x04\x00\x31\x50\x30x\x1d(k\x03\x00\x31\x51\x30\n\x1ba\x00"+
		"\x1dVB\x00"+
		"\x1d(H\x06\x00000012", string(printerWrites(s)))
	// Another job's number, and half a number, prove nothing.
	assert.Empty(t, printerData(d, time.Second, escpos.CompleteReply([]byte("0011"))...).Events)
	assert.Empty(t, printerData(d, time.Second, escpos.CompleteReply([]byte("12\x00\x00"))...).Events)
	s = printerData(d, time.Second, escpos.CompleteReply([]byte("0012"))...)
	assert.Equal(t, []pos.Event{pos.PrintEnded{Job: 12, Outcome: pos.OutcomeDone}}, s.Events)

	s = d.Do(machine.Now{Mono: time.Second}, pos.Print{Job: 13})
	assert.Equal(t, "\x1b@\x1dVB\x00\x1d(H\x06\x00000013", string(printerWrites(s)), "nothing hangs out any more")
	s = d.Do(machine.Now{Mono: time.Second}, pos.Kick{Intent: "k"})
	assert.Equal(t, "\x10\x14\x01\x00\x01", string(printerWrites(s)), "busy: in real time")
}

// A name in letters that no code page has is no name: the article's own word is.
func TestPrinterNamesWhatItCannotSpell(t *testing.T) {
	p := PrinterCounter80()
	for text, want := range map[string]string{"Café": "Caf\x1bt\x00\x82", "お茶 500ml": "ocha", "Tea ☕": "ocha"} {
		var b escpos.Builder
		b.Pages = p.Pages
		p.line(&b, &pos.DocLine{Text: text, Else: "ocha"})
		assert.Equal(t, want+"\n", string(b.Bytes()))
	}
}

// Answers in real time that are lost while those of the buffer arrive: the state
// said last would stand for ever.
func TestPrinterAsksAnewWhenInStepWithoutItsStatus(t *testing.T) {
	p := PrinterCounter80()
	d, _ := bootPrinter(p)
	printerData(d, 0, 0x12, 0x12, 0x12, 0x12, 0x00)
	printerData(d, time.Second, 0x18, 0x00, 0x0F, 0x00) // paper out, by itself
	for range 2 {                                       // asked, then deaf: a handshake
		d.Handle(machine.Now{Mono: d.at}, machine.Input{Kind: machine.Wake})
	}
	at := d.at
	s := printerData(d, at, 0x10, 0x00, 0x00, 0x00, 0x00)
	assert.Equal(t, "\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04", string(printerWrites(s)))
	s = printerData(d, at, 0x12, 0x12, 0x12, 0x12)
	require.Len(t, s.Events, 1)
	assert.True(t, s.Events[0].(pos.PrinterState).Online)
}

// The answer that proves it in step is lost while it answers in real time: without
// another handshake nothing would ever be printed.
func TestPrinterOutOfStepIsAskedAnew(t *testing.T) {
	d, _ := bootPrinter(PrinterCounter80())
	d.Do(machine.Now{}, pos.Print{Job: 12})
	for d.at < time.Minute {
		printerData(d, d.at, 0x12, 0x12, 0x12, 0x12)
		s := d.Handle(machine.Now{Mono: d.at}, machine.Input{Kind: machine.Wake})
		if strings.HasSuffix(string(printerWrites(s)), "\x1dr\x01") {
			assert.Contains(t, string(printerWrites(printerData(d, d.at, 0x12, 0x12, 0x12, 0x12, 0x00))), "0012")
			return
		}
	}
	t.Fatal("no handshake in a minute")
}

// A pulse in the buffer would open the drawer when the cover is closed again.
func TestKickIsNowOrNever(t *testing.T) {
	live := PrinterCounter80()
	for _, c := range []struct {
		name    string
		profile PrinterProfile
		before  []byte // from the printer
		want    string // bytes to it; empty: refused
	}{
		{"idle", live, []byte{0x12, 0x12, 0x12, 0x12, 0}, "\x10\x14\x01\x00\x01"},
		{"not in step yet", live, nil, "\x10\x14\x01\x00\x01"},
		{"paper out", live, []byte{0x1a, 0x32, 0x12, 0x7e, 0}, "\x10\x14\x01\x00\x01"},
		{"asks for silence", live, []byte{0x12, 0x12, 0x12, 0x12, 0, escpos.XOff}, "\x10\x14\x01\x00\x01"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, _ := bootPrinter(c.profile)
			printerData(d, 0, c.before...)
			s := d.Do(machine.Now{}, pos.Kick{Intent: "k"})
			assert.Equal(t, c.want, string(printerWrites(s)))
			assert.Empty(t, printerWrites(printerData(d, time.Second, escpos.XOn)), "nothing was kept")
			assert.Equal(t, []pos.Event{pos.Kicked{Intent: "k"}}, s.Events)
		})
	}
}

// Without real time the printer is asked, and has to say at once that nothing
// holds it up. What comes too late opens no drawer.
func TestKickIsAskedFor(t *testing.T) {
	const fine, noPaper, ask, kick = "\x12\x12\x12\x12", "\x1a\x32\x12\x7e", "\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04", "\x1bp\x00\x19\xfa"
	for _, c := range []struct {
		name     string
		sync     string // how the printer answers the handshake; empty: not
		asked    string // what the kick writes
		answer   string // to that, a second later
		want     string // bytes after the answer
		failed   string // why, by the end of patience
		document bool   // a receipt is printing
	}{
		{"idle", fine + "\x00", ask, fine, kick, "", false},
		{"paper gone since", fine + "\x00", ask, noPaper, "", "printer offline", false},
		{"known to be stopped", noPaper + "\x00", "", fine, "", "printer offline", false},
		{"no answer", fine + "\x00", ask, "", "", "printer busy", false},
		{"not in step yet", "", "", "", "", "printer busy", false},
		{"asks for silence", fine + "\x00" + string([]byte{escpos.XOff}), "", "", "", "printer busy", false},
		{"prints", fine + "\x00", "", "", "", "printer busy", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, _ := bootPrinter(PrinterClone58())
			printerData(d, 0, []byte(c.sync)...)
			if c.document {
				d.Do(machine.Now{}, pos.Print{Job: 1})
			}
			s := d.Do(machine.Now{}, pos.Kick{Intent: "k"})
			assert.Equal(t, c.asked, string(printerWrites(s)))
			events := s.Events
			s = printerData(d, time.Second, []byte(c.answer)...)
			assert.Equal(t, c.want, string(printerWrites(s)))
			events = append(events, s.Events...)
			events = append(events, d.Handle(machine.Now{Mono: pulseWait}, machine.Input{Kind: machine.Wake}).Events...)
			want := pos.Event(pos.Kicked{Intent: "k"})
			if c.failed != "" {
				want = pos.KickFailed{Intent: "k", Reason: c.failed}
			}
			assert.Contains(t, events, want)
		})
	}
}

func TestPrinterStaleCompletionOfAnotherConnection(t *testing.T) {
	d, _ := bootPrinter(PrinterCounter80())
	printerData(d, 0, 0x12, 0x12, 0x12, 0x12, 0x00)
	d.Do(machine.Now{}, pos.Print{Job: 12})
	s := d.Handle(machine.Now{}, machine.Input{Kind: machine.Closed, Port: PortPrinter})
	assert.Contains(t, s.Events, pos.Event(pos.PrintEnded{Job: 12, Outcome: pos.OutcomeUnknown, Reason: "printer lost in mid-job"}))
	d.Handle(machine.Now{}, machine.Input{Kind: machine.Opened, Port: PortPrinter})
	s = printerData(d, 0, escpos.CompleteReply([]byte("0012"))...)
	for _, e := range s.Events {
		assert.NotContains(t, []any{pos.PrintEnded{Job: 12, Outcome: pos.OutcomeDone}}, e)
	}
}

func TestPrinterHoldsStillAfterXOff(t *testing.T) {
	d, _ := bootPrinter(PrinterCounter80())
	printerData(d, 0, 0x12, 0x12, 0x12, 0x12, 0x00)
	printerData(d, 0, escpos.XOff)
	assert.Empty(t, printerWrites(d.Do(machine.Now{}, pos.Print{Job: 12})))
	assert.NotEmpty(t, printerWrites(printerData(d, 0, escpos.XOn)))
}

// An XON that was lost on the way is not waited for for ever: what the printer
// reads proves that it takes bytes.
func TestPrinterXOnLost(t *testing.T) {
	const fine = "\x12\x12\x12\x12"
	d, _ := bootPrinter(PrinterCounter80())
	printerData(d, 0, []byte(fine+"\x00")...)
	d.Do(machine.Now{}, pos.Print{Job: 1})
	printerData(d, 0, escpos.XOff)
	for at := time.Second; at < time.Minute; at += time.Second { // it names no trouble and does not confirm
		if s := d.Handle(machine.Now{Mono: at}, machine.Input{Kind: machine.Wake, Port: PortPrinter}); len(printerWrites(s)) > 0 {
			printerData(d, at, []byte(fine)...)
		}
	}
	assert.Empty(t, printerWrites(d.Do(machine.Now{Mono: time.Minute}, pos.Print{Job: 2})))
	assert.NotEmpty(t, printerWrites(printerData(d, time.Minute, 0x00)))
}

func TestPrinterThatAnswersNothing(t *testing.T) {
	p := PrinterClone58()
	p.Answers = false
	d, s := bootPrinter(p)
	assert.Equal(t, append(make([]byte, flushBytes), 0x1b, '@'), printerWrites(s))
	s = d.Do(machine.Now{}, pos.Print{Job: 1})
	assert.True(t, bytes.HasPrefix(printerWrites(s), []byte("\x1b@")))
	s = d.Handle(machine.Now{Mono: time.Minute}, machine.Input{Kind: machine.Wake, Port: PortPrinter})
	assert.Equal(t, []pos.Event{pos.PrintEnded{Job: 1, Outcome: pos.OutcomeUnknown, Reason: "this printer cannot confirm printing"}}, s.Events)
}

// A document that no code can hold is printed as text, not dropped.
func TestPrinterCodesThatDoNotFit(t *testing.T) {
	p := PrinterMobile58()
	var b escpos.Builder
	long := strings.Repeat("0123456789", 70)
	p.layout(&b, &pos.Document{QR: long, Barcode: "né"})
	got := strings.Join(escpos.Lines(escpos.Print(p.DotsPerLine, p.Pages, b.Bytes())), "")
	assert.Contains(t, strings.ReplaceAll(got, " ", ""), long)
}
