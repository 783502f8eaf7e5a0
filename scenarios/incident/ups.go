package incident

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"stormrig/scenarios/audit/table"
)

// Outage is a time without mains, as a log knows it. The mains went at From or
// up to FromBy earlier, and was back at To or up to ToBy earlier.
type Outage struct {
	From, To     time.Time
	FromBy, ToBy time.Duration
	Open         bool   // the log ends before the mains was back
	Exhausted    bool   // the UPS gave up: what hangs on it lost its power, too
	Line, Last   int    // in the log
	Source       string // "apcupsd.events", "upslog", "CSV"
}

// Log is what a UPS log says.
type Log struct {
	Outages   []Outage
	SelfTests int // switches to battery that were tests, and left out
	Skipped   int // lines of other things
	Lost      int // times in which the UPS did not answer: nobody knows
	Format    string
}

// How far a log lags behind. apcupsd polls its UPS every 60 s by default
// (POLLTIME, apcupsd.conf) and says that it runs on batteries about 6 s after
// it has noticed a power failure (ONBATTERYDELAY); upslog writes a line every
// 30 s by default (-i, upslog(8)).
const (
	apcLag  = 60 * time.Second
	nutLag  = 30 * time.Second
	testGap = 30 * time.Second // a test is announced within that of its switch
)

// What a line of a log says.
type word int

const (
	nothing word = iota
	onBattery
	onMains
	testing
	tested
	gaveUp
	noAnswer
)

// said is one line of a log that says something.
type said struct {
	at   time.Time
	what word
	line int
}

// Read reads a UPS log. The format is told from its lines. zone is that of
// times that name none.
func Read(r io.Reader, name string, zone *time.Location) (*Log, error) {
	lines, err := linesOf(r, name)
	if err != nil {
		return nil, err
	}
	for _, f := range []struct {
		name string
		lag  time.Duration
		read func(line string, zone *time.Location) (time.Time, word, bool)
	}{{"apcupsd.events", apcLag, apcLine}, {"upslog", nutLag, nutLine}} {
		var list []said
		skipped := 0
		for i, l := range lines {
			at, what, ok := f.read(l, zone)
			if !ok {
				skipped++
				continue
			}
			list = append(list, said{at, what, i + 1})
		}
		if len(list) > 0 && len(list) >= skipped {
			log := outages(list, f.lag, f.name == "upslog")
			log.Format, log.Skipped = f.name, skipped
			for i := range log.Outages {
				log.Outages[i].Source = f.name
			}
			return log, nil
		}
	}
	return readCSV(strings.Join(lines, "\n"), name, zone)
}

// mostLines is how long a UPS log may be: ten years of a line every 30 s.
const mostLines = 12_000_000

func linesOf(r io.Reader, name string) ([]string, error) {
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 64<<10), 64<<10)
	var out []string
	for in.Scan() {
		if len(out) >= mostLines {
			return nil, &table.Error{File: name, Line: len(out), Msg: "the log is too long", Hint: "cut out the day"}
		}
		l := strings.TrimSpace(strings.TrimPrefix(in.Text(), "\ufeff"))
		if strings.ContainsRune(l, 0) {
			return nil, &table.Error{File: name, Line: len(out) + 1, Msg: "this is not text", Hint: "give apcupsd.events, the file of upslog, or CSV"}
		}
		out = append(out, l)
	}
	if err := in.Err(); err != nil {
		return nil, &table.Error{File: name, Line: len(out) + 1, Msg: "this line is too long for a log: " + err.Error(), Hint: "give apcupsd.events, the file of upslog, or CSV"}
	}
	for _, l := range out {
		if l != "" {
			return out, nil
		}
	}
	return nil, &table.Error{File: name, Line: 1, Msg: "the log is empty", Hint: "give apcupsd.events, the file of upslog, or CSV"}
}

// apcWords are the messages of apcupsd (src/action.c, event_msg).
var apcWords = []struct {
	text string
	what word
}{
	{"UPS Self Test switch to battery", testing},
	{"UPS Self Test completed", tested},
	{"Power failure", onBattery},
	{"Running on UPS batteries", onBattery},
	{"Mains returned. No longer on UPS batteries", onMains},
	{"Power is back. UPS running on mains", onMains},
	{"Battery power exhausted", gaveUp},
	{"Initiating system shutdown", gaveUp},
	{"Communications with UPS lost", noAnswer},
}

// apcLine reads a line of apcupsd.events: "2016-11-05 14:02:30 +0000  Power
// failure.", or with the older date "Fri Jun 27 15:41:34 PDT 2008".
func apcLine(line string, zone *time.Location) (time.Time, word, bool) {
	const shortest = 19 // of both dates; the older one holds two blanks itself
	if len(line) < shortest {
		return time.Time{}, nothing, false
	}
	i := strings.Index(line[shortest:], "  ")
	if i < 0 {
		return time.Time{}, nothing, false
	}
	stamp, text := line[:shortest+i], line[shortest+i:]
	at, err := time.Parse("2006-01-02 15:04:05 -0700", stamp)
	if err != nil {
		if at, err = time.ParseInLocation("Mon Jan _2 15:04:05 MST 2006", stamp, zone); err != nil {
			return time.Time{}, nothing, false
		}
		if _, offset := at.Zone(); offset == 0 { // an abbreviation that nobody can look up: the shop's own
			at = time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, zone)
		}
	}
	text = strings.TrimSpace(text)
	for _, w := range apcWords {
		if strings.HasPrefix(text, w.text) {
			return at, w.what, true
		}
	}
	return at, nothing, true // it started, it shut down: nothing of the mains
}

// nutLine reads a line of upslog in its default format, "20161105 140230 100
// 230.0 12 [OL] 25 50.0": date, time, then whatever, and the status in brackets
// (upslog(8)).
func nutLine(line string, zone *time.Location) (time.Time, word, bool) {
	open, end := strings.IndexByte(line, '['), strings.IndexByte(line, ']')
	if open < 16 || end < open || len(line) < 15 {
		return time.Time{}, nothing, false
	}
	at, err := time.ParseInLocation("20060102 150405", line[:15], zone)
	if err != nil {
		return time.Time{}, nothing, false
	}
	what := noAnswer
	status := strings.Fields(line[open+1 : end])
	for _, s := range status {
		switch s {
		case "OL":
			what = onMains
		case "OB":
			what = onBattery
		}
	}
	for _, s := range status {
		if (s == "TEST" || s == "CAL") && what == onBattery {
			what = testing
		}
		if s == "FSD" || s == "OFF" {
			what = gaveUp
		}
	}
	return at, what, true
}

// outages puts lines together. polled says that lines come at intervals, each
// with the whole state; else each is a change.
func outages(list []said, lag time.Duration, polled bool) *Log {
	log := &Log{}
	var open *Outage
	var before time.Time // the last line on mains
	test := time.Time{}
	for i, s := range list {
		switch s.what {
		case testing:
			if test.IsZero() || s.at.Sub(test) > testGap {
				log.SelfTests++
			}
			test = s.at
			if open != nil && s.at.Sub(open.From) < testGap { // the failure was the test
				open = nil
			}
		case tested:
			test, before = time.Time{}, s.at
		case onBattery:
			if !test.IsZero() && s.at.Sub(test) < 10*testGap || open != nil {
				break
			}
			if next := i + 1; !polled && next < len(list) && list[next].what == testing && list[next].at.Sub(s.at) < testGap {
				break
			}
			open = &Outage{From: s.at, FromBy: lag, Line: s.line}
			if polled && !before.IsZero() {
				open.FromBy = s.at.Sub(before)
			}
		case onMains:
			if open != nil {
				open.To, open.Last = s.at, s.line
				open.ToBy = min(lag, s.at.Sub(open.From))
				log.Outages = append(log.Outages, *open)
				open = nil
			}
			test, before = time.Time{}, s.at
		case gaveUp:
			if open != nil {
				open.Exhausted = true
			}
		case noAnswer:
			log.Lost++
		}
		if open != nil {
			open.Last = s.line
		}
	}
	if open != nil {
		open.Open, open.To = true, list[len(list)-1].at
		log.Outages = append(log.Outages, *open)
	}
	return log
}

// readCSV reads a table: from and to, or time and event.
func readCSV(text, name string, zone *time.Location) (*Log, error) {
	known := map[string]string{
		"from": "from", "start": "from", "begin": "from", "down": "from", "off": "from",
		"to": "to", "until": "to", "end": "to", "up": "to", "on": "to",
		"time": "time", "timestamp": "time", "date": "time", "when": "time",
		"event": "event", "status": "event", "state": "event", "message": "event",
	}
	t, err := table.Open(strings.NewReader(text), name, func(s string) bool { return known[s] != "" })
	if err != nil {
		return nil, fmt.Errorf("%w\n      hint: a UPS log is apcupsd.events, the file of upslog, or CSV with from and to, or time and event", err)
	}
	at := map[string]int{"from": -1, "to": -1, "time": -1, "event": -1}
	for i, title := range t.Titles {
		if k := known[table.Title(title)]; k != "" && at[k] < 0 {
			at[k] = i
		}
	}
	clock := table.Clock{Zone: zone}
	moment := func(column int) (time.Time, error) {
		when, _, err := clock.Parse(t.Field(column), "")
		if err != nil {
			return when, t.Wrong("write it like 2016-11-05 14:02:30", "%q: %v", t.Field(column), err)
		}
		return when, nil
	}
	log, list := &Log{Format: "CSV"}, []said(nil)
	for {
		ok, err := t.Next()
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		if at["from"] >= 0 && at["to"] >= 0 {
			from, err := moment(at["from"])
			if err != nil {
				return nil, err
			}
			to, err := moment(at["to"])
			if err != nil {
				return nil, err
			}
			if !to.After(from) {
				return nil, t.Wrong("", "it ends before it begins")
			}
			log.Outages = append(log.Outages, Outage{From: from, To: to, Line: t.Line(), Last: t.Line(), Source: "CSV"})
			continue
		}
		if at["time"] < 0 || at["event"] < 0 {
			return nil, t.Wrong("name the columns from and to, or time and event", "there is no column that says what happened when")
		}
		when, err := moment(at["time"])
		if err != nil {
			return nil, err
		}
		list = append(list, said{when, csvWord(t.Field(at["event"])), t.Line()})
	}
	if len(list) > 0 {
		log = outages(list, nutLag, false)
		log.Format = "CSV"
		for i := range log.Outages {
			log.Outages[i].Source = "CSV"
		}
	}
	return log, nil
}

// csvWord reads what a table calls an event.
func csvWord(s string) word {
	s = strings.ToLower(s)
	switch {
	case strings.Contains(s, "test"):
		return testing
	case strings.Contains(s, "exhaust"), strings.Contains(s, "shutdown"):
		return gaveUp
	case strings.Contains(s, "batter") && !strings.Contains(s, "no longer"), strings.Contains(s, "fail"), s == "ob", s == "off", s == "down", strings.Contains(s, "outage"):
		return onBattery
	case strings.Contains(s, "mains"), strings.Contains(s, "restor"), strings.Contains(s, "back"), strings.Contains(s, "line"), s == "ol", s == "on", s == "up":
		return onMains
	}
	return nothing
}
