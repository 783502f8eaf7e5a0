package certify

import (
	"context"
	"fmt"
	"slices"
)

// Examination is a list of checks over one device, as far as it has come.
type Examination struct {
	Class    Class    `json:"class"`
	Emulated bool     `json:"emulated"`
	Claim    Claim    `json:"claim"`
	Identity Identity `json:"identity"`
	Results  []Result `json:"results"`
}

// Identity is what the device said of itself.
type Identity struct {
	Maker    string `json:"maker,omitempty"`
	Model    string `json:"model,omitempty"`
	Serial   string `json:"serial,omitempty"`
	Firmware string `json:"firmware,omitempty"`
}

// Session runs an examination.
type Session struct {
	Bench   Bench
	Checks  []Check
	Options Options
	ByHand  bool // a person operates the device
	// Begin and Done are told before and after each check; may be nil.
	Begin func(n int, c Check)
	Done  func(n int, r Result)

	log   Transcript
	notes []Note
	paper int // bytes of rows that were photographed already
}

// Run does every check that has no result yet, and again those of which nobody
// did or saw enough. It returns early, with what is
// done kept in ex, when ctx ends or the bench itself fails.
func (s *Session) Run(ctx context.Context, ex *Examination) error {
	x := &Exam{bench: s.Bench, Claim: ex.Claim, Options: s.Options, Identity: ex.Identity, ByHand: s.ByHand, log: &s.log}
	for i, c := range s.Checks {
		if r, ok := ex.result(c.ID); ok && r.Verdict != Incomplete {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if s.Begin != nil {
			s.Begin(i, c)
		}
		s.log.say(s.Bench.Now(), "check: "+c.ID)
		r := c.Run(x)
		if x.err != nil {
			return fmt.Errorf("check %s: %w", c.ID, x.err)
		}
		r.ID, r.Title = c.ID, c.Title
		s.log.say(s.Bench.Now(), fmt.Sprintf("verdict: %s %s %s", c.ID, r.Verdict, r.Detail))
		ex.Results, ex.Identity = append(slices.DeleteFunc(ex.Results, func(o Result) bool { return o.ID == c.ID }), r), x.Identity
		if b, ok := s.Bench.(looker); ok {
			if pic := photograph(b.Scene(), &s.paper); pic != nil {
				x.Picture(c.ID, "paper-"+c.ID+".png", pic)
			}
		}
		s.notes = append(s.notes, x.seen...)
		x.seen = nil
		if s.Done != nil {
			s.Done(i, r)
		}
	}
	return nil
}

// Transcript is every byte since it was last saved.
func (s *Session) Transcript() []byte { return s.log.Bytes() }

func (s *Session) takeTranscript() []byte {
	p := s.log.Bytes()
	s.log = Transcript{}
	return p
}

func (s *Session) takeNotes() []Note {
	n := s.notes
	s.notes = nil
	return n
}

// Verdict is the device's: fail if a check failed that no grade forgives,
// incomplete if something was not done, else pass.
func (ex *Examination) Verdict(checks []Check) Verdict {
	v := Pass
	for _, c := range checks {
		r, ok := ex.result(c.ID)
		switch {
		case !ok || r.Verdict == Incomplete:
			if v == Pass {
				v = Incomplete
			}
		case r.Verdict == Fail && c.Grade == "":
			v = Fail
		}
	}
	return v
}

// GradeOf is the grade that a printer has earned: the best one that its failed
// checks allow. It is empty while a check was not done, or nobody saw what came
// of one that decides; and for a class without grades.
func (ex *Examination) GradeOf(checks []Check) Grade {
	if ex.Class != Printer {
		return ""
	}
	g := GradeA
	for _, c := range checks {
		r, ok := ex.result(c.ID)
		switch {
		case !ok || c.Grade != "" && r.Verdict == Incomplete:
			return ""
		case c.Grade != "" && r.Verdict != Pass:
			g = max(g, c.Grade)
		}
	}
	return g
}

// Seen counts the checks that were done, and whose result somebody saw.
func (ex *Examination) Seen(checks []Check) (n int) {
	for _, c := range checks {
		if r, ok := ex.result(c.ID); ok && r.Verdict != Incomplete {
			n++
		}
	}
	return n
}

func (ex *Examination) result(id string) (Result, bool) {
	i := slices.IndexFunc(ex.Results, func(r Result) bool { return r.ID == id })
	if i < 0 {
		return Result{}, false
	}
	return ex.Results[i], true
}
