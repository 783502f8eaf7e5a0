package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk/mount/mounttest"
)

// oneUnplugged is a sale with the printer's plug pulled as the receipt begins
// to print.
const oneUnplugged = `scenario: one-unplugged
title: One sale, and the printer's plug
story: a test
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 10:30"}
tills:
  phone: {devices: [scanner, printer]}
sales:
  - {at: "10:05", pay: cash, lines: [beaded-sandals/38/gold]}
weather:
  - {unplug: phone.printer, during: receipt, of: sale 1, for: 2s}
expect: {rung: 1}
`

// The printer of a scenario stands on a bench: a device on a port of its own,
// worked and watched through its control plane, in real time; what is not on
// the bench is emulated in memory. Its plug is pulled, and the day goes on.
func TestHardware(t *testing.T) {
	t.Parallel()
	at, page := servedDevice(t, "printer", "--listen", "tcp:127.0.0.1:0")
	dir := t.TempDir()
	scenario, rig := filepath.Join(dir, "one.yaml"), filepath.Join(dir, "rig.yaml")
	require.NoError(t, os.WriteFile(scenario, []byte(oneUnplugged), 0o600))
	require.NoError(t, os.WriteFile(rig, fmt.Appendf(nil, "rig: test\npause: 1s\ndevices:\n  printer: {port: %q, operator: %q}\n", at, page), 0o600))
	out := filepath.Join(dir, "report")
	var text, errs strings.Builder
	code := execute(context.Background(), engines{}, []string{"run", scenario, "--rig", "hardware", "--rig-file", rig, "--out", out, "--json"}, &text, &errs)
	require.Equal(t, OK, code, "%s\n%s", text.String(), errs.String())
	var r struct {
		Rig, Verdict string
		Sales        struct{ Rung, Printed int }
		Faults       []struct{ Fired bool }
	}
	require.NoError(t, json.Unmarshal([]byte(text.String()), &r))
	assert.Equal(t, []any{"hardware", "holds", 1}, []any{r.Rig, r.Verdict, r.Sales.Rung})
	require.Len(t, r.Faults, 1)
	assert.True(t, r.Faults[0].Fired)
	assert.Contains(t, errs.String(), "of real time, 1 shoppers, 1 scans, 0 cards, 1 faults")
	assert.Contains(t, errs.String(), "phone.printer")
	for _, name := range []string{"history.jsonl", "report.html", "disks/phone/journal"} {
		_, err := os.Stat(filepath.Join(out, name))
		assert.NoError(t, err)
	}
	resp, err := http.Get(page + "v1/events?since=0&follow=0")
	require.NoError(t, err)
	events, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Contains(t, string(events), "the cable is pulled out")
	assert.Contains(t, string(events), "the cable is plugged in")
}

func TestHardwareBadInput(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		name = filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
		return name
	}
	for _, c := range []struct {
		args, says string
		code       Code
	}{
		{"--rig hardware", "write a rig file (stormrig explain rig-file)", Unavailable},
		{"--rig hardware --rig-file /nowhere.yaml", "/nowhere.yaml", Usage},
		{"--rig hardware --rig-file " + file("a", "rig: a\ndevices:\n  printer: {port: usb}\n"), ":3:19: port \"usb\"", Usage},
		{"--rig hardware --rig-file " + file("b", "rig: a\ndevices:\n  dongle: {port: 'tcp:127.0.0.1:1'}\n"), "has no dongle for the bench a", Usage},
		{"--rig hardware --rig-file " + file("c", "rig: a\ntill: shop\ndevices:\n  printer: {port: 'tcp:127.0.0.1:1'}\n"), `has no till "shop"`, Usage},
		{"--rig hardware --rig-file " + file("d", "rig: a\ndevices:\n  printer: {port: 'tcp:127.0.0.1:1'}\n"), "phone.printer on tcp:127.0.0.1:1", Unavailable},
		{"--rig hardware --rig-file " + file("e", "rig: a\ndevices:\n  printer: {port: 'tcp:127.0.0.1:1', operator: 'http://127.0.0.1:1'}\n"), "prints the address of its control plane", Unavailable},
		{"one-terminal-card --rig hardware --rig-file " + file("f", "rig: a\ndevices:\n  dongle: {port: 'tcp:127.0.0.1:1'}\n"), "asks its own bank", Unavailable},
		{"--rig process --rig-file x", "--rig-file is for the rig hardware", Usage},
		{"--rig process --seeds 1..2", "plays one day at a time", Usage},
	} {
		args := strings.Fields(c.args)
		if strings.HasPrefix(c.args, "-") {
			args = append([]string{"one-sale"}, args...)
		}
		var errs strings.Builder
		code := execute(context.Background(), engines{}, append([]string{"run"}, args...), io.Discard, &errs)
		assert.Equal(t, c.code, code, "%s: %s", c.args, errs.String())
		assert.Contains(t, errs.String(), c.says, c.args)
	}
}

func TestProcess(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		code Code
		says string
	}{
		"one-sale":       {OK, "A killed till is a process that crashed"},
		"printer-drop":   {OK, "A killed till is a process that crashed"},
		"storm-saturday": {Unavailable, "cut cannot be played on real ports"},
	} {
		text, errs := playProcess(t, name, want.code)
		assert.Contains(t, errs, want.says)
		if want.code == OK {
			assert.Contains(t, text, `"rig":"process"`)
			assert.Contains(t, text, `"verdict":"holds"`)
		}
	}
}

// TestProcessWithPowerCuts needs a disk that loses what was not synced.
func TestProcessWithPowerCuts(t *testing.T) {
	mounttest.Need(t)
	t.Parallel()
	text, _ := playProcess(t, "after-approved", OK)
	assert.Contains(t, text, `"verdict":"holds"`)
	assert.Contains(t, text, `"approval_to_record":1`)
}

func playProcess(t *testing.T, name string, want Code) (out, says string) {
	t.Helper()
	var text, errs strings.Builder
	code := execute(context.Background(), engines{}, []string{"run", name, "--rig", "process", "--out", filepath.Join(t.TempDir(), "r"), "--json"}, &text, &errs)
	assert.Equal(t, want, code, "%s: %s", name, errs.String())
	return text.String(), errs.String()
}
