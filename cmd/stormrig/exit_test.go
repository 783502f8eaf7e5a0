package main

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// playLine runs one command line in this process.
func playLine(ctx context.Context, e engines, args ...string) (code Code, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = execute(ctx, e, args, &out, &errs)
	return code, out.String(), errs.String()
}

func TestVerdictsAreExitCodes(t *testing.T) {
	for verdict, want := range map[Verdict]Code{
		"holds": OK, "violated": Violated, "stalled": Stalled, "unavailable": Unavailable, "blind": Blind, "": Internal,
	} {
		e := engines{Run: func(context.Context, RunRequest) (Verdict, error) { return verdict, nil }}
		code, _, stderr := playLine(t.Context(), e, "run", "one-sale")
		assert.Equal(t, want, code, verdict)
		assert.Empty(t, stderr, "what happened was said by the run")
	}
}

func TestFailuresAreExitCodes(t *testing.T) {
	broken := engines{Run: func(context.Context, RunRequest) (Verdict, error) { return "", errors.New("the world ended") }}
	code, _, stderr := playLine(t.Context(), broken, "run", "one-sale")
	assert.Equal(t, Internal, code)
	assert.Contains(t, stderr, "the world ended")

	panics := engines{Run: func(context.Context, RunRequest) (Verdict, error) { panic("a bug") }}
	code, _, stderr = playLine(t.Context(), panics, "run", "one-sale")
	assert.Equal(t, Internal, code, "a panic's own code is that of usage")
	assert.Contains(t, stderr, "a bug")

	ctx, cancel := context.WithCancel(t.Context())
	waits := engines{Run: func(ctx context.Context, _ RunRequest) (Verdict, error) { cancel(); return "", ctx.Err() }}
	code, _, stderr = playLine(ctx, waits, "run", "one-sale")
	assert.Equal(t, Interrupted, code)
	assert.Contains(t, stderr, "interrupted")

	code, _, stderr = playLine(t.Context(), engines{}, "run", "one-sale")
	assert.Equal(t, Unavailable, code)
	assert.Contains(t, stderr, "not part of this build")
}

func TestWhatRunIsAskedToDo(t *testing.T) {
	var got RunRequest
	e := engines{Run: func(_ context.Context, r RunRequest) (Verdict, error) { got = r; return "holds", nil }}
	ask := func(args ...string) RunRequest {
		code, _, stderr := playLine(t.Context(), e, append([]string{"run", "one-sale"}, args...)...)
		require.Equal(t, OK, code, stderr)
		return got
	}
	r := ask()
	assert.Equal(t, []int64{1, 1}, []int64{r.From, r.To}, "the scenario's own seed")
	assert.Equal(t, "full", r.Evidence)
	assert.Equal(t, "sim", r.Rig)
	assert.False(t, r.Many || r.JSON || r.Coverage || r.Terminal)
	assert.Equal(t, "stormrig run one-sale --seed 1", r.Line(1))

	r = ask("--seeds", "1..1000", "--json", "--junit", "x.xml", "--coverage", "--out", "o")
	assert.Equal(t, []int64{1, 1000}, []int64{r.From, r.To})
	assert.True(t, r.Many && r.JSON && r.Coverage)
	assert.Equal(t, []string{"failed", "x.xml", "o"}, []string{r.Evidence, r.JUnit, r.Out})
	assert.Equal(t, "full", ask("--seeds", "1..2", "--evidence", "full").Evidence)

	r = ask("--seed", "9007199254740991")
	assert.EqualValues(t, 1<<53-1, r.From)
	a, b := ask("--seed", "random"), ask("--seed", "random")
	assert.NotEqual(t, a.From, b.From, "chance 2^-53")
	assert.Equal(t, a.From, a.To)
}
