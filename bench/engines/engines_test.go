package engines

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/bench/load"
)

// Every engine keeps what it acknowledged, from many callers, across lives.
func TestEveryEngineKeepsItsSales(t *testing.T) {
	for _, k := range Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			dir := t.TempDir() + "/engine"
			want := uint64(0)
			for life := range 2 {
				e, err := k.Open(dir)
				require.NoError(t, err)
				n, err := e.Last()
				require.NoError(t, err)
				require.Equal(t, want, n, "life %d", life)
				require.NoError(t, e.Fill(50, sale(1)))
				var wg sync.WaitGroup
				for c := range 5 {
					wg.Go(func() {
						next := sale(c)
						for range 20 {
							assert.NoError(t, e.Sale(next()))
						}
					})
				}
				wg.Wait()
				want += 150
				n, err = e.Last()
				require.NoError(t, err)
				require.Equal(t, want, n)
				require.NoError(t, e.Close())
			}
		})
	}
}

func sale(seed int) func() *load.Sale {
	s := &load.Sale{Record: make([]byte, load.RecordBytes)}
	s.Record[load.BodyBytes+3] = byte(seed)
	s.Record[load.BodyBytes+11] = 1
	return func() *load.Sale { return s }
}
