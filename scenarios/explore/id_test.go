package explore_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault"
	"stormrig/scenarios/explore"
)

func TestIDs(t *testing.T) {
	for _, text := range []string{
		"phone@5m1.80872059s#0", "phone@-2m0s#1:eio", "hub@1h0m0.000000001s#12:lied",
		"phone@5m1.80872059s#1/phone@5m17.808794891s#0", "phone-hub@1s#0:deaf",
	} {
		id, err := explore.ParseID(text)
		require.NoError(t, err)
		assert.Equal(t, text, id.String())
		require.NoError(t, fault.Validate(id.Faults()))
	}
	for _, wrong := range []string{"", "phone", "phone@", "phone@1s", "@1s#1", "phone@1#1", "phone@1s#-1", "phone@1s#x", "phone@1s#1:burnt", "phone@1s#1/"} {
		_, err := explore.ParseID(wrong)
		assert.Error(t, err, wrong)
	}
}

func FuzzParseID(f *testing.F) {
	f.Add("phone@5m1.80872059s#1/phone@5m17.808794891s#0")
	f.Add("phone@-2m0s#1:eio")
	f.Fuzz(func(t *testing.T, text string) {
		id, err := explore.ParseID(text)
		if err != nil {
			return
		}
		again, err := explore.ParseID(id.String())
		require.NoError(t, err)
		require.Equal(t, id, again)
	})
}
