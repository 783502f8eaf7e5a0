package testbench

import (
	"context"
	"slices"
	"strings"

	"stormrig/hil/certify"
)

// soak is how many receipts the table's printers print in a row.
const soak = 5

// Outcome is what a profile got, beside what was written down for it.
type Outcome struct {
	Want, Got string
	Verdict   certify.Verdict
	Grade     certify.Grade
	Results   []certify.Result
}

// ExamineProfile examines a sound emulated device by all checks of its class.
func ExamineProfile(ctx context.Context, class certify.Class, name string) (o Outcome, err error) {
	d, err := Named(class, name)
	if err != nil {
		return o, err
	}
	d.Options.Soak = soak
	checks := certify.ChecksOf(class, d.Options)
	ex := certify.Examination{Class: class, Emulated: true, Claim: d.Claim}
	if err := (&certify.Session{Bench: d.Bench, Checks: checks, Options: d.Options}).Run(ctx, &ex); err != nil {
		return o, err
	}
	o.Verdict, o.Grade, o.Results = ex.Verdict(checks), ex.GradeOf(checks), ex.Results
	want := Expected{}
	if i := slices.IndexFunc(Expectations(), func(e Expected) bool { return e.Class == class && e.Profile == name }); i >= 0 {
		want = Expectations()[i]
	}
	var fails []string
	for i, c := range checks {
		if ex.Results[i].Verdict == certify.Fail && c.Grade == "" {
			fails = append(fails, c.ID)
		}
	}
	o.Want, o.Got = words(d.Grade, want.Fails), words(o.Grade, fails)
	return o, nil
}

func words(g certify.Grade, fails []string) string {
	out := "passes"
	if len(fails) > 0 {
		out = "fails " + strings.Join(fails, ", ")
	}
	if g != "" {
		out = "grade " + string(g) + ", " + out
	}
	return out
}

// Examine examines a known-bad device by the check that has to name it; a card
// reader by all of them, for what one check leaves behind must not hide a
// defect from the next.
func (c Case) Examine(ctx context.Context) (certify.Result, error) {
	d, err := Named(c.Class, c.Profile, c.Defect.Defect)
	if err != nil {
		return certify.Result{}, err
	}
	named := func(id string) bool { return id == c.Check }
	checks := certify.ChecksOf(c.Class, d.Options)
	if c.Class != certify.Dongle {
		checks = slices.DeleteFunc(checks, func(k certify.Check) bool { return !named(k.ID) })
	}
	ex := certify.Examination{Class: c.Class, Emulated: true, Claim: d.Claim}
	if err := (&certify.Session{Bench: d.Bench, Checks: checks, Options: d.Options}).Run(ctx, &ex); err != nil {
		return certify.Result{}, err
	}
	return ex.Results[slices.IndexFunc(ex.Results, func(r certify.Result) bool { return named(r.ID) })], nil
}
