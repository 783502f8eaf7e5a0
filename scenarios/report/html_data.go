package report

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image/png"
	"slices"
	"strconv"

	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// mostPicture is how many bytes of pictures go into a page; paper beyond it
// is shown as text and lies as PNG in the evidence folder.
const mostPicture = 1 << 20

// pageData is what the page's script works on.
type pageData struct {
	Opens    int64          `json:"opens"` // local time of T = 0 as ms since 1970, as if it were UTC
	From     int64          `json:"t0"`
	To       int64          `json:"t1"`
	Currency string         `json:"currency"`
	Invented string         `json:"invented,omitempty"` // what of the money an import made up, in words
	Who      []string       `json:"who"`
	Kinds    []string       `json:"kinds"`
	Events   [][]any        `json:"events"` // t, gen, who, kind, words, basket; N is the place from 1
	Lanes    []*laneData    `json:"lanes"`
	Storm    []bandData     `json:"storm"`
	Acts     []markData     `json:"acts"`
	Sales    []*saleData    `json:"sales"`
	Entries  []*entryData   `json:"entries"`
	Papers   []*paperData   `json:"papers"`
	Findings []findingData  `json:"findings"`
	Lead     int            `json:"lead"`    // so many findings are the first of their invariant
	Numbers  map[string]int `json:"numbers"` // of faults by event N
}

type paperData struct {
	Printer string   `json:"printer"`
	Number  int64    `json:"number,omitempty"`
	Event   int64    `json:"n,omitempty"`
	State   string   `json:"state"`
	Mark    string   `json:"mark,omitempty"`
	Lines   []string `json:"lines"`
	PNG     string   `json:"png,omitempty"` // base64
	Width   int      `json:"w,omitempty"`
	Height  int      `json:"h,omitempty"`
}

type findingData struct {
	ID     string  `json:"id"`
	Text   string  `json:"text"`
	Events []int64 `json:"events"`
	Basket int     `json:"b,omitempty"`
}

// data returns the page's data as JSON with <, > and & escaped, so that it
// may stand inside a script element.
func (s *story) data() ([]byte, error) {
	d := pageData{
		Currency: s.head.Currency, Invented: s.inventedMoney(), Lanes: s.lanes(), Storm: s.storm(), Sales: s.salesShown(), Entries: s.entriesShown(),
		Numbers: make(map[string]int), Findings: []findingData{}, Papers: []*paperData{}, Events: [][]any{}, Acts: []markData{},
	}
	_, offset := s.t.opens.Zone()
	d.Opens = (s.t.opens.Unix() + int64(offset)) * 1000
	d.To = s.end()
	s.thin(d.Lanes)
	s.packEvents(&d)
	if err := s.packPapers(&d); err != nil {
		return nil, err
	}
	add := func(id string, f check.Finding) {
		d.Findings = append(d.Findings, findingData{ID: id, Text: f.Words(), Events: append([]int64{}, f.Events...), Basket: f.Basket})
	}
	for _, w := range s.wrong { // what came first leads, then the first of each, then the rest
		add(w.result.ID, w.finding)
	}
	d.Lead = len(s.wrong)
	for _, w := range s.wrong {
		for _, f := range w.result.Details[:min(len(w.result.Details), listedFindings)] {
			if !slices.Equal(f.Events, w.finding.Events) || f.Text != w.finding.Text {
				add(w.result.ID, f)
			}
		}
	}
	out, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("encoding the page's data: %w", err)
	}
	return out, nil
}

func (s *story) packEvents(d *pageData) {
	who, kinds := make(map[string]int), make(map[string]int)
	place := func(in map[string]int, list *[]string, word string) int {
		n, ok := in[word]
		if !ok {
			n = len(in)
			in[word] = n
			*list = append(*list, word)
		}
		return n
	}
	for i := range s.b.Events {
		e := &s.b.Events[i]
		if s.show.event(i) {
			d.Events = append(d.Events, []any{
				e.T, e.Gen, place(who, &d.Who, e.Who), place(kinds, &d.Kinds, e.Kind), s.words(e), e.Basket,
			})
		} else {
			d.Events = append(d.Events, nil)
		}
		if e.Kind == history.KindAct {
			d.Acts = append(d.Acts, markData{T: e.T, Class: e.State, Text: s.words(e), Event: e.N})
		}
		if e.Kind == history.KindFault && e.Fault != nil && s.number[e.Fault.ID] > 0 {
			d.Numbers[itoa(int(e.N))] = s.number[e.Fault.ID]
		}
	}
	d.From = s.start()
}

// start is when the picture begins: when the shop opens, or with the first
// event of a history that opened later.
func (s *story) start() int64 {
	for i := range s.b.Events {
		if t := s.b.Events[i].T; t >= 0 {
			return min(t, 0)
		}
	}
	return 0
}

func (s *story) packPapers(d *pageData) error {
	room := mostPicture
	for i, p := range s.b.Papers {
		if !s.show.paper(i) {
			d.Papers = append(d.Papers, nil)
			continue
		}
		v := &paperData{
			Printer: p.Printer, Number: p.Number, Event: p.Event, State: p.State, Mark: paperMark(p.Lines),
			Lines: append([]string{}, p.Lines...),
		}
		if len(p.PNG) > 0 && room >= 0 {
			head, err := png.DecodeConfig(bytes.NewReader(p.PNG))
			if err != nil {
				return fmt.Errorf("paper of event %d: reading its picture: %w", p.Event, err)
			}
			if room -= len(p.PNG); room >= 0 {
				v.PNG, v.Width, v.Height = base64.StdEncoding.EncodeToString(p.PNG), head.Width, head.Height
			}
		}
		d.Papers = append(d.Papers, v)
	}
	return nil
}

func itoa(n int) string { return strconv.Itoa(n) }

func clip(text string, n int) string {
	r := []rune(text)
	if len(r) <= n {
		return text
	}
	return string(r[:n-1]) + "…"
}
