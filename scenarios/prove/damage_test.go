package prove

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/rig"
	"stormrig/sim/history"
)

// TestDamageAloneIsFound: the sabotage 'damage taken for a torn tail' brings the
// damage with it. A till that has the damage and not the bug stops and says so.
func TestDamageAloneIsFound(t *testing.T) {
	flipped := flaw{read: func(segment []byte) {
		if frames := framesIn(segment); len(frames) > 3 {
			segment[frames[len(frames)-3]+40] ^= 1
		}
	}}
	day, err := Day("after-approved")
	require.NoError(t, err)
	r, err := rig.StartWith(day, 1, nil, atDisk(flipped))
	require.NoError(t, err)
	defer r.Close()
	require.NoError(t, r.Finish())
	stopped := false
	for _, e := range r.History() {
		stopped = stopped || e.Kind == history.KindScreen && e.Text == "STOPPED"
	}
	assert.True(t, stopped, "damage is never silent")
}
