package certify_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/certify"
	"stormrig/sim/device"
)

func scene(d *device.Printer) func([]any) certify.Scene {
	return func(told []any) (s certify.Scene) {
		for _, v := range told {
			if _, ok := v.(device.Kicked); ok {
				s.Kicks++
			}
		}
		for _, p := range d.Pieces() {
			s.Sheets = append(s.Sheets, certify.Sheet{Lines: p.Lines, State: p.State, Width: p.Width, Rows: p.Rows()})
		}
		return s
	}
}

func examine(t *testing.T, p device.PrinterProfile) *certify.Examination {
	t.Helper()
	d := device.NewPrinter(p)
	s := certify.Session{Checks: certify.PrinterChecks(), Options: certify.Options{Pages: p.Pages, Width: p.DotsPerLine, Soak: 5},
		Bench: certify.NewTwin(d, certify.TwinSpec{Port: device.Port, PerByte: 87 * time.Microsecond, Scene: scene(d),
			Refused: func(v any) (string, bool) { r, ok := v.(device.Refused); return r.Why, ok }})}
	ex := &certify.Examination{Class: certify.Printer, Emulated: true, Claim: certify.Claim{Transport: "emulated"}}
	require.NoError(t, s.Run(context.Background(), ex))
	return ex
}

// Three checks of 28 are no grade, and 27 are none where the open one decides.
func TestNoGradeBeforeAllIsDone(t *testing.T) {
	checks := certify.PrinterChecks()
	for name, c := range map[string]struct {
		done  int
		open  string // done, and nobody saw what came of it
		grade certify.Grade
		says  string
	}{
		"three checks":       {3, "", "", "Not graded: 3 of 28 checks were done and seen."},
		"nobody saw cover":   {28, "status.cover", "", "Not graded: 27 of 28 checks were done and seen."},
		"nobody saw a glyph": {28, "glyphs", certify.GradeA, "Incomplete: 27 of 28 checks were done and seen."},
		"all":                {28, "", certify.GradeA, ""},
	} {
		ex := &certify.Examination{Class: certify.Printer}
		for _, k := range checks[:c.done] {
			v := certify.Pass
			if k.ID == c.open {
				v = certify.Incomplete
			}
			ex.Results = append(ex.Results, certify.Result{ID: k.ID, Verdict: v})
		}
		r := certify.NewRecord(ex, checks, "stormrig", "2026-11-22")
		assert.Equal(t, c.grade, r.Grade, name)
		assert.Equal(t, c.says == "", r.Verdict == certify.Pass, name)
		assert.Equal(t, c.says, strings.Join(r.Says, " "), name)
	}
}

func TestGrades(t *testing.T) {
	for name, c := range map[string]struct {
		profile device.PrinterProfile
		grade   certify.Grade
	}{
		"counter80": {device.Counter80(), certify.GradeA},
		"mobile80":  {device.Mobile80(), certify.GradeA},
	} {
		t.Run(name, func(t *testing.T) {
			ex := examine(t, c.profile)
			for _, r := range ex.Results {
				t.Logf("%-20s %-14s %v %v %s %v", r.ID, r.Verdict, r.Measured, r.Unit, r.Detail, r.Defects)
			}
			assert.Equal(t, c.grade, ex.GradeOf(certify.PrinterChecks()))
			assert.Equal(t, certify.Pass, ex.Verdict(certify.PrinterChecks()))
		})
	}
}
