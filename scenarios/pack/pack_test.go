package pack_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/files"
	"stormrig/scenarios/pack"
	"stormrig/scenarios/play"
	"stormrig/scenarios/report"
)

// folder plays a day and returns its evidence.
func folder(t *testing.T, name string, seed int64) string {
	t.Helper()
	sc, err := files.Scenario(name)
	require.NoError(t, err)
	b, err := play.Play(context.Background(), play.Job{Scenario: sc, Seed: seed, Command: "run", Version: "v0", Evidence: play.Full,
		Out: filepath.Join(t.TempDir(), "secret-shop")})
	require.NoError(t, err)
	return b.Result.Out
}

func packOf(t *testing.T, dir string, o pack.Options) (string, *pack.Manifest) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ticket.zip")
	out, err := os.Create(path)
	require.NoError(t, err)
	m, err := pack.Pack(context.Background(), dir, out, o)
	require.NoError(t, err)
	require.NoError(t, out.Close())
	return path, m
}

// everything is all text of a pack.
func everything(t *testing.T, path string) string {
	t.Helper()
	z, err := zip.OpenReader(path)
	require.NoError(t, err)
	defer z.Close()
	var b strings.Builder
	for _, f := range z.File {
		in, err := f.Open()
		require.NoError(t, err)
		_, err = io.Copy(&b, in)
		require.NoError(t, err)
		in.Close()
	}
	const example = "Find: sandals, phone-1-2, torn" // the page's own, whatever the shop sells
	return strings.ReplaceAll(b.String(), example, "")
}

func replay(t *testing.T, path string) *report.Bundle {
	t.Helper()
	dir, _, err := pack.Open(path, t.TempDir())
	require.NoError(t, err)
	w, err := report.Load(dir)
	require.NoError(t, err)
	b, err := play.Again(context.Background(), w, play.Job{Command: "replay", Evidence: play.None})
	require.NoError(t, err)
	return b
}

// TestAPackReplays: whoever gets a pack plays the run to the last byte.
func TestAPackReplays(t *testing.T) {
	dir := folder(t, "storm-saturday", 5)
	path, m := packOf(t, dir, pack.Options{Version: "v0"})
	assert.True(t, m.Same)
	assert.Equal(t, m.Original, m.Packed)
	assert.Zero(t, m.Masked)
	assert.True(t, replay(t, path).Result.Replay.Reproduced)
	assert.NotContains(t, everything(t, path), "secret-shop", "where it was on somebody's machine")
	again, _ := packOf(t, dir, pack.Options{Version: "v0"})
	a, err := os.ReadFile(path)
	require.NoError(t, err)
	b, err := os.ReadFile(again)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(a, b), "the same run gives the same pack")
}

// TestNoNamesNoPrices: nothing that names the shop's things is left, and the
// renamed day is the same day: as many sales, cuts and violations.
func TestNoNamesNoPrices(t *testing.T) {
	dir := folder(t, "storm-saturday", 5)
	path, m := packOf(t, dir, pack.Options{Redact: true, NoPrices: true, Version: "v0"})
	assert.True(t, m.Same)
	text := everything(t, path)
	for _, name := range []string{"sandals", "Sandals", "\"phone", "phone-", "assistant", "across-town", "boutique", "raffia", "storm-saturday", "1290.00", "secret-shop"} {
		assert.NotContains(t, text, name)
	}
	b := replay(t, path)
	assert.True(t, b.Result.Replay.Reproduced)
	w, err := report.Load(dir)
	require.NoError(t, err)
	assert.Equal(t, w.Result.Verdict, b.Result.Verdict)
	assert.Equal(t, w.Result.Sales.Rung, b.Result.Sales.Rung)
	assert.Equal(t, w.Result.Cuts, b.Result.Cuts)

	path, _ = packOf(t, dir, pack.Options{Redact: true, Version: "v0"})
	text = everything(t, path)
	assert.NotContains(t, text, "sandals")
	assert.Contains(t, text, "1290.00", "prices stay unless asked for")
}

// TestNoCardData: a card number that got into a history does not get into a
// pack.
func TestNoCardData(t *testing.T) {
	dir := folder(t, "one-sale", 1)
	path := filepath.Join(dir, report.FileHistory)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	leak := bytes.Replace(text, []byte(`"state":"calm"`), []byte(`"state":"calm","text":"card 4012888888881881 read"`), 1)
	require.NotEqual(t, text, leak)
	require.NoError(t, os.WriteFile(path, leak, 0o600))
	out, m := packOf(t, dir, pack.Options{Version: "v0"})
	assert.Equal(t, 1, m.Masked)
	assert.NotContains(t, everything(t, out), "4012888888881881")
	assert.Contains(t, everything(t, out), "****1881")
}

func TestDamagedPacks(t *testing.T) {
	path, _ := packOf(t, folder(t, "one-sale", 1), pack.Options{Version: "v0"})
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	for name, bad := range map[string][]byte{
		"empty": nil, "text": []byte("hello"), "cut short": good[:len(good)/2], "no manifest": zipOf(t, "plan.json", "{}"),
		"something else": zipOf(t, "../../etc/passwd", "x"), "no plan": zipOf(t, pack.FileManifest, `{"schema":1,"files":[{"name":"plan.json","sha256":"00"}]}`),
	} {
		p := filepath.Join(t.TempDir(), "bad.zip")
		require.NoError(t, os.WriteFile(p, bad, 0o600))
		_, _, err := pack.Open(p, t.TempDir())
		assert.ErrorIs(t, err, pack.ErrPack, name)
	}
}

func zipOf(t *testing.T, name, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	require.NoError(t, err)
	_, err = w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return b.Bytes()
}
