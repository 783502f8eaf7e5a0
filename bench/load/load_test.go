package load

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// counter is an engine that keeps nothing.
type counter struct {
	n    atomic.Uint64
	fail error
}

func (c *counter) Sale(s *Sale) error {
	if len(s.Body()) != BodyBytes {
		return errors.New("short")
	}
	c.n.Add(1)
	return c.fail
}

func (c *counter) Fill(n int, next func() *Sale) error { c.n.Add(uint64(n)); return c.Sale(next()) }
func (c *counter) Last() (uint64, error)               { return c.n.Load(), nil }
func (c *counter) Close() error                        { return nil }

func counters() []Kind {
	return []Kind{{Name: "counter", Version: "v1", Note: "keeps nothing", Open: func(string) (Engine, error) { return &counter{}, nil }},
		{Name: "broken", Open: func(string) (Engine, error) { return &counter{fail: errors.New("it burns")}, nil }}}
}

// TestMain lets this program be the one that a Peer starts.
func TestMain(m *testing.M) {
	if os.Getenv("SERVE_PEERS") != "" {
		if Serve(NewHost(counters()), os.Stdin, os.Stdout) != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestRunCountsEverySale(t *testing.T) {
	e := &counter{}
	r, err := Run(e, 3, 20*time.Millisecond, 1)
	require.NoError(t, err)
	assert.EqualValues(t, e.n.Load(), r.Sales)
	h, err := r.Histogram()
	require.NoError(t, err)
	assert.Equal(t, r.Sales, h.TotalCount())
	assert.Positive(t, h.ValueAtPercentile(50))
	_, err = Run(&counter{fail: errors.New("it burns")}, 2, time.Millisecond, 1)
	assert.ErrorContains(t, err, "it burns")
}

// The same requests here and in another process have the same answers.
func TestPeerIsAHostElsewhere(t *testing.T) {
	t.Setenv("SERVE_PEERS", "1")
	self, err := os.Executable()
	require.NoError(t, err)
	var stderr bytes.Buffer
	p, err := StartPeer(context.Background(), self, &stderr)
	require.NoError(t, err)
	for name, d := range map[string]interface{ Do(Request) Reply }{"here": NewHost(counters()), "elsewhere": p} {
		ask := func(r Request) Reply { r.Dir = "x"; return d.Do(r) }
		kinds := ask(Request{Op: "list"}).Kinds
		require.Len(t, kinds, 2, name)
		assert.Equal(t, "counter v1 keeps nothing", strings.Join([]string{kinds[0].Name, kinds[0].Version, kinds[0].Note}, " "))
		assert.Contains(t, ask(Request{Op: "run"}).Error, "nothing is open")
		assert.Contains(t, ask(Request{Op: "open", Engine: "none"}).Error, "there are counter, broken")
		assert.Empty(t, ask(Request{Op: "open", Engine: "counter"}).Error)
		assert.Empty(t, ask(Request{Op: "fill", N: 10}).Error)
		out := ask(Request{Op: "run", Callers: 2, Millis: 5})
		require.Empty(t, out.Error)
		assert.Positive(t, out.Round.Sales)
		assert.Empty(t, ask(Request{Op: "close"}).Error)
		assert.Contains(t, ask(Request{Op: "dance"}).Error, "nothing is open")
	}
	require.NoError(t, p.Close())
	assert.Contains(t, p.Do(Request{Op: "list"}).Error, "process of the peers")
}

func TestServeRefusesWhatIsNoRequest(t *testing.T) {
	assert.ErrorContains(t, Serve(NewHost(nil), strings.NewReader("{\n"), &bytes.Buffer{}), "request")
}

// Every sale of a caller differs, and the same seed makes the same sales.
func TestSales(t *testing.T) {
	a, b := newTill(1, 2), newTill(1, 2)
	last := []byte(nil)
	for range 10 {
		s := a.next()
		assert.Equal(t, s.Record, b.next().Record)
		assert.NotEqual(t, last, s.Record)
		last = bytes.Clone(s.Record)
		for i := range Lines {
			sku, change := s.Line(i)
			assert.Less(t, sku, uint32(SKUs))
			assert.Positive(t, change)
		}
	}
}
