package rig

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/pos"
)

func TestMemoryDecodesAsOthersDo(t *testing.T) {
	m := newMemory()
	chain := pos.Chain{Device: "phone", Incarnation: 1}
	payload := func(seq uint64) []byte {
		e := pos.Entry{Key: pos.Key{Device: "phone", Incarnation: 1, Seq: seq}}
		b, err := e.Encode()
		require.NoError(t, err)
		return b
	}
	first, err := m.decode(chain, 1, payload(1))
	require.NoError(t, err)
	again, err := m.decode(chain, 1, payload(1))
	require.NoError(t, err)
	assert.Same(t, first, again)
	for _, wrong := range []func() (*pos.Entry, error){
		func() (*pos.Entry, error) { return m.decode(chain, 2, payload(1)) },
		func() (*pos.Entry, error) { return m.decode(pos.Chain{Device: "hub", Incarnation: 1}, 1, payload(1)) },
		func() (*pos.Entry, error) { return m.decode(chain, 1, []byte("{")) },
	} {
		_, err := wrong()
		assert.Error(t, err)
	}
	for seq := range uint64(3 * remembered) {
		e, err := m.decode(chain, seq+1, payload(seq+1))
		require.NoError(t, err)
		require.Equal(t, seq+1, e.Seq)
		if seq%100 == 0 { // asked for again and again
			_, err := m.decode(chain, 1, payload(1))
			require.NoError(t, err)
		}
	}
	again, err = m.decode(chain, 1, payload(1))
	require.NoError(t, err)
	assert.Same(t, first, again, "what is asked for stays")
	assert.LessOrEqual(t, len(m.now)+len(m.before), 2*remembered, fmt.Sprint(len(m.now)))
}
