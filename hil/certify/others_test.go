package certify_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/certify"
	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
	"stormrig/sim/device"
)

func examineOther(t *testing.T, class certify.Class, checks []certify.Check, d machine.Machine, o certify.Options) *certify.Examination {
	t.Helper()
	s := certify.Session{Checks: checks, Options: o,
		Bench: certify.NewTwin(d, certify.TwinSpec{Port: device.Port, PerByte: time.Millisecond, Scene: heard})}
	ex := &certify.Examination{Class: class, Emulated: true, Claim: certify.Claim{Transport: "emulated"}}
	require.NoError(t, s.Run(context.Background(), ex))
	for _, r := range ex.Results {
		t.Logf("%-20s %-14s %v %v %s %v", r.ID, r.Verdict, r.Measured, r.Unit, r.Detail, r.Defects)
	}
	return ex
}

func heard(told []any) (s certify.Scene) {
	for _, v := range told {
		if b, ok := v.(device.Beeped); ok {
			s.Shown = append(s.Shown, map[bool]string{true: "good beep", false: "bad beep"}[b.Good])
		}
	}
	return s
}

func TestAScannerPasses(t *testing.T) {
	d := device.NewScanner(device.DefaultScanner())
	ex := examineOther(t, certify.Scanner, certify.ScannerChecks(), d, certify.Options{AIM: true})
	assert.Equal(t, certify.Pass, ex.Verdict(certify.ScannerChecks()))
}

func TestAReaderPasses(t *testing.T) {
	host := card.BaseKey{1}
	d := device.NewDongle(device.DefaultDongle(), "R-1", host.HeadKey("R-1"))
	ex := examineOther(t, certify.Dongle, certify.ReaderChecks(), d, certify.Options{
		Unseal: func(serial string, sealed []byte) (string, error) {
			track, _, err := card.Open(host.HeadKey(serial), serial, sealed)
			return track, err
		}})
	assert.Equal(t, certify.Pass, ex.Verdict(certify.ReaderChecks()))
}
