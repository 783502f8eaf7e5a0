package device_test

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
	"stormrig/hil/wire/escpos"
	"stormrig/hil/wire/scan"
	"stormrig/sim/device"
)

// Each defect breaks the capability that its description names: an
// examination of that capability comes out other than on a sound device.
func TestPrinterDefectsBreakWhatTheyName(t *testing.T) {
	exams := printerExams(t)
	for _, k := range device.KnownDefects() {
		if k.Class != device.ClassPrinter {
			continue
		}
		t.Run(k.Name, func(t *testing.T) {
			exam, ok := exams[k.Breaks]
			require.True(t, ok, "nobody examines %q", k.Breaks)
			sound := device.Counter80()
			if k.Breaks == "flow" {
				sound.Flow, sound.BufferBytes = device.FlowXOff, 128
			}
			bad := sound
			bad.Defects = bad.Defects.With(k.Defect)
			good := exam(newBench(sound))
			assert.Equal(t, good, exam(newBench(sound)), "an examination is repeatable")
			assert.NotEqual(t, good, exam(newBench(bad)), "%s", k.Says)
		})
	}
}

// seen is what came of an examination: paper, answers, tells.
func (b *bench) seen() string {
	var out strings.Builder
	for _, p := range b.printer.Pieces() {
		fmt.Fprintf(&out, "%s %x %q\n", p.State, p.Dots, p.Lines)
	}
	fmt.Fprintf(&out, "said % x\n", b.said)
	for _, v := range b.told {
		switch v.(type) {
		case device.Kicked, device.Completed:
			fmt.Fprintf(&out, "told %#v\n", v)
		}
	}
	return out.String()
}

func printerExams(t *testing.T) map[string]func(*bench) string {
	t.Helper()
	bytesOf := func(build func(*escpos.Builder)) []byte {
		b := escpos.Builder{Pages: escpos.EpsonPages()}
		build(&b)
		return b.Bytes()
	}
	prints := func(build func(*escpos.Builder)) func(*bench) string {
		return func(b *bench) string {
			b.send(bytesOf(build))
			b.run(time.Minute)
			return b.seen()
		}
	}
	bar := escpos.Barcode{Height: 40, Module: 3}
	exams := textExams(prints)
	exams["barcode"] = prints(func(b *escpos.Builder) { require.NoError(t, b.Code128("A-12", bar, false)) })
	exams["qr"] = prints(func(b *escpos.Builder) { require.NoError(t, b.QR("https://example.com", 5, 'M')) })
	exams["image"] = prints(func(b *escpos.Builder) {
		rows := make([]byte, 8*40)
		for i := range rows {
			rows[i] = byte(i*37 + 1)
		}
		require.NoError(t, b.Image(8, rows))
	})
	for name, exam := range troubleExams(bytesOf) {
		exams[name] = exam
	}
	return exams
}

func textExams(prints func(func(*escpos.Builder)) func(*bench) string) map[string]func(*bench) string {
	return map[string]func(*bench) string{
		"text": prints(func(b *escpos.Builder) {
			b.Bold(true).Text("bold").LF().Init().Text(strings.Repeat("x", 60)).LF().FeedDots(80).Text("end").LF()
		}),
		"code-pages": prints(func(b *escpos.Builder) {
			b.Raw(0x1b, 't', 16, 0x80, 0x1b, 't', 0, 0x80, '\n', 0x1b, 't', 17, 0x80, '\n')
		}),
		"identity":    prints(func(b *escpos.Builder) { b.Identify(66).Identify(67) }),
		"cut":         prints(func(b *escpos.Builder) { b.Text("one").LF().Cut(0).Text("two").LF().Cut(0) }),
		"completion":  completionExam,
		"drawer":      drawerExam,
		"order":       orderExam,
		"speed":       speedExam,
		"status":      statusExam,
		"latency":     latencyExam,
		"auto-status": autoStatusExam,
	}
}

// completionExam asks before anything is printed and again afterwards.
func completionExam(b *bench) string {
	for job := range 2 {
		var c escpos.Builder
		b.send(c.Text("a line").LF().Complete(job + 1).Bytes())
		early := len(b.said)
		b.run(time.Second)
		b.said = append(b.said, byte(early))
	}
	return b.seen()
}

func drawerExam(b *bench) string {
	b.do("drawer", "")
	b.send([]byte{0x1b, 'p', 0, 50, 50, 0x10, 4, 1})
	b.run(time.Second)
	b.send([]byte{0x10, 4, 1})
	b.do("shut-drawer", "")
	b.send([]byte{0x10, 4, 1})
	return b.seen()
}

func orderExam(b *bench) string {
	b.send([]byte("a line\n\x1dr1"))
	at := fmt.Sprintf("% x", b.said)
	b.run(time.Second)
	return at + b.seen()
}

func speedExam(b *bench) string {
	b.send([]byte(strings.Repeat("a line\n", 20)))
	b.run(600 * time.Millisecond)
	return fmt.Sprint(len(b.lines()))
}

func statusExam(b *bench) string {
	ask := func() {
		for n := byte(1); n <= 4; n++ {
			b.send([]byte{0x10, 4, n})
		}
	}
	for _, action := range []string{"near-end", "paper-out", "paper-in", "open-cover", "close-cover"} {
		b.do(action, "")
		ask()
	}
	return b.seen()
}

func latencyExam(b *bench) string {
	b.send([]byte{0x10, 4, 1})
	b.run(time.Second)
	return b.seen()
}

func autoStatusExam(b *bench) string {
	b.send([]byte{0x1d, 'a', 0xff})
	b.run(time.Second)
	b.do("open-cover", "")
	b.do("close-cover", "")
	return b.seen()
}

func troubleExams(bytesOf func(func(*escpos.Builder)) []byte) map[string]func(*bench) string {
	return map[string]func(*bench) string{
		"flow": func(b *bench) string {
			b.do("open-cover", "")
			b.send([]byte(strings.Repeat("0123456789\n", 11)))
			b.do("close-cover", "")
			b.run(time.Minute)
			return b.seen()
		},
		"recovery": func(b *bench) string {
			b.send(bytesOf(func(c *escpos.Builder) { c.Text("first").LF().Cut(0).Text("second").LF().Text("third").LF() }))
			b.run(480 * time.Millisecond) // the cut is done, the second line is under way
			b.do("open-cover", "")
			b.do("close-cover", "")
			b.send([]byte{0x10, 5, 1})
			b.run(time.Second)
			b.in(machine.Input{Kind: machine.Closed, Port: device.Port})
			b.in(machine.Input{Kind: machine.Opened, Port: device.Port})
			b.run(time.Minute)
			b.send([]byte("fourth\nfifth\n"))
			b.run(10 * time.Millisecond)
			b.do("open-cover", "")
			b.do("close-cover", "")
			b.send([]byte{0x10, 5, 2})
			b.run(time.Minute)
			return b.seen()
		},
		"power": func(b *bench) string {
			b.send([]byte("one\ntwo\nthree\n"))
			b.run(30 * time.Millisecond)
			b.in(machine.Input{Kind: machine.Off})
			b.now, b.wake = 0, -1
			b.in(machine.Input{Kind: machine.Boot})
			b.in(machine.Input{Kind: machine.Opened, Port: device.Port})
			b.send([]byte("after\n"))
			b.run(time.Minute)
			return b.seen()
		},
	}
}

// small is a scanner or a reader with a clock that is moved by hand.
type small struct {
	machine.Machine
	now  time.Duration
	wake time.Duration
	said []byte
	told []string
}

func newSmall(m machine.Machine) *small {
	s := &small{Machine: m, wake: -1}
	s.in(machine.Input{Kind: machine.Boot})
	s.in(machine.Input{Kind: machine.Opened, Port: device.Port})
	return s
}

func (s *small) in(in machine.Input) {
	for _, o := range s.Handle(machine.Now{Mono: s.now}, in) {
		switch o.Kind {
		case machine.Write:
			s.said = append(s.said, o.Data...)
		case machine.Tell:
			s.told = append(s.told, fmt.Sprintf("%#v", o.Tell))
		case machine.WakeAt:
			s.wake = o.At
		}
	}
}

func (s *small) do(action, arg string) {
	s.in(machine.Input{Kind: machine.Do, Action: action, Data: []byte(arg)})
}

func (s *small) send(data []byte) {
	s.in(machine.Input{Kind: machine.Data, Port: device.Port, Data: data})
}

func (s *small) run(d time.Duration) {
	end := s.now + d
	for s.wake >= 0 && s.wake <= end {
		s.now, s.wake = max(s.now, s.wake), -1
		s.in(machine.Input{Kind: machine.Wake})
	}
	s.now = end
}

func (s *small) seen() string { return hex.EncodeToString(s.said) + strings.Join(s.told, "\n") }

func TestScannerDefectsBreakWhatTheyName(t *testing.T) {
	for _, k := range device.KnownDefects() {
		if k.Class != device.ClassScanner {
			continue
		}
		exam := func(p device.ScannerProfile) string {
			s := newSmall(device.NewScanner(p))
			s.do("trigger", "4006381333931")
			s.run(time.Second)
			s.send(scan.AppendBad(nil))
			s.send([]byte{0x15})
			s.run(10 * time.Second)
			s.in(machine.Input{Kind: machine.Closed, Port: device.Port})
			s.do("trigger", "96385074")
			s.run(time.Second)
			s.in(machine.Input{Kind: machine.Opened, Port: device.Port})
			s.run(10 * time.Second)
			return s.seen()
		}
		sound := device.DefaultScanner()
		if k.Breaks == "handshake" {
			sound.Tries, sound.AckWait = 3, time.Second
		}
		bad := sound
		bad.Defects = bad.Defects.With(k.Defect)
		assert.NotEqual(t, exam(sound), exam(bad), k.Name)
	}
}

// readerExam runs a whole sale, with a loss of the link and of the power.
func readerExam(p device.ReaderProfile) string {
	s := newSmall(device.NewReader(p, "S-1", card.BaseKey{1}.HeadKey("S-1")))
	link := card.NewLink(card.Timing{AckWait: time.Second, Tries: 3})
	tell := func(m card.Message) {
		s.send(link.Send(s.now, m))
		for range 4 {
			from := len(s.said)
			s.send(link.Feed(s.now, s.said[from:]).Reply)
		}
		s.send(card.AppendAck(nil, '1'))
		link.Reset()
		s.run(10 * time.Second)
	}
	for n, pan := range []string{"4242424242424242", "5555555555554444"} {
		ref := fmt.Sprintf("S-%d", n)
		tell(card.Message{Verb: card.Arm, Ref: ref, Amount: 129000})
		tell(card.Message{Verb: card.Arm, Ref: ref + "b", Amount: 5000})
		s.in(machine.Input{Kind: machine.Closed, Port: device.Port})
		s.in(machine.Input{Kind: machine.Opened, Port: device.Port})
		tell(card.Message{Verb: card.Status})
		s.do("swipe-bad", "")
		s.do("swipe", pan)
		s.run(3 * time.Second)
		tell(card.Message{Verb: card.Status})
		if n == 0 {
			tell(card.Message{Verb: card.Void, Ref: ref + "b"})
			continue
		}
		s.in(machine.Input{Kind: machine.Off})
		s.in(machine.Input{Kind: machine.Boot})
		s.in(machine.Input{Kind: machine.Opened, Port: device.Port})
		tell(card.Message{Verb: card.Status})
	}
	return s.seen()
}

func TestReaderDefectsBreakWhatTheyName(t *testing.T) {
	// The class on which each capability can be seen.
	on := map[string]string{"swipe": "swiper", "track": "swiper", "encryption": "swiper", "confirmation": "terminal-confirm", "void": "terminal", "masking": "swiper"}
	for _, k := range device.KnownDefects() {
		if k.Class != device.ClassReader {
			continue
		}
		name := on[k.Breaks]
		if name == "" {
			name = "reader"
		}
		text, err := device.Text(device.ClassReader, name)
		require.NoError(t, err)
		p, err := device.ParseReader(name, text)
		require.NoError(t, err)
		good := readerExam(p.Settings)
		require.Equal(t, good, readerExam(p.Settings))
		p.Settings.Defects = p.Settings.Defects.With(k.Defect)
		assert.NotEqual(t, good, readerExam(p.Settings), k.Name)
	}
}

// Who undoes an approval that nobody confirmed, after a loss of power.
func TestTerminalAfterALossOfPower(t *testing.T) {
	for how, want := range map[string]string{
		device.UnconfirmedVoids: card.OutcomeVoided, device.UnconfirmedConfirms: card.OutcomeSettled, device.UnconfirmedBlocks: card.OutcomeApproved,
	} {
		text, err := device.Text(device.ClassReader, "terminal-confirm")
		require.NoError(t, err)
		p, err := device.ParseReader("t", text)
		require.NoError(t, err)
		p.Settings.Unconfirmed = how
		s := newSmall(device.NewTerminal(p.Settings))
		send := func(seq byte, m card.Message) { s.send(card.AppendMessage(nil, seq, m)) }
		send('1', card.Message{Verb: card.Arm, Ref: "S-1", Amount: 129000})
		s.do("swipe", "4242424242424242")
		s.run(2 * time.Second)
		assert.Contains(t, string(s.said), "result|S-1|approved|************4242|00")
		s.in(machine.Input{Kind: machine.Off})
		s.in(machine.Input{Kind: machine.Boot})
		s.in(machine.Input{Kind: machine.Opened, Port: device.Port})
		s.said = nil
		send('1', card.Message{Verb: card.Status})
		s.run(5 * time.Second)
		assert.Contains(t, string(s.said), "result|S-1|"+want, how)
		if how == device.UnconfirmedBlocks {
			s.said = nil
			send('2', card.Message{Verb: card.Arm, Ref: "S-2", Amount: 100})
			s.send(card.AppendAck(nil, '1'))
			s.run(5 * time.Second)
			assert.Contains(t, string(s.said), "result|S-2|failed||busy%20with%20S-1")
		}
	}
}
