package checktest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/scenarios/check"
	"stormrig/sim/history"
)

// Each class of cut, by what happened before it.
func TestCutsAreClassifiedOnce(t *testing.T) {
	tests := []struct {
		class string
		cut   history.Cut
		until func(v *visit)
	}{
		{"recovery", history.Cut{Span: "recovery", Begun: 1}, func(v *visit) { v.presentCard(); v.authorise("captured") }},
		{"checkpoint", history.Cut{Span: "checkpoint"}, func(*visit) {}},
		{"pull", history.Cut{Span: "pull"}, func(*visit) {}},
		{"approval_to_record", history.Cut{}, func(v *visit) { v.presentCard(); v.authorise("captured") }},
		{"approval_to_record", history.Cut{Span: "commit", Ops: 2, Begun: 1}, func(v *visit) { v.presentCard(); v.authorise("captured") }},
		{"approval_to_record", history.Cut{}, func(v *visit) { v.link("phone-host", "down"); v.presentCard() }},
		{"effect_to_note", history.Cut{}, func(v *visit) { v.presentCard() }}, // asked online: nobody has approved yet
		{"effect_to_note", history.Cut{}, func(v *visit) { v.presentCard(); v.authorise("declined") }},
		{"idle", history.Cut{}, func(v *visit) { v.declined() }},
		{"before_write", history.Cut{Span: "commit", Ops: 2}, func(*visit) {}},
		{"write_to_sync", history.Cut{Span: "commit", Ops: 2, Begun: 2, Ended: 1}, func(*visit) {}},
		{"sync_to_effect", history.Cut{Span: "commit", Ops: 2, Begun: 2, Ended: 2, Synced: true}, func(*visit) {}},
		{"effect_to_note", history.Cut{}, func(v *visit) { v.tenderCash(); v.commitCash() }},
		{"idle", history.Cut{}, func(v *visit) { v.payCash() }},
		{"idle", history.Cut{}, func(*visit) {}},
	}
	for _, tt := range tests {
		s := newShop(2)
		s.start("phone")
		tt.until(s.arrive("phone", 1, "cash", map[string]int64{}, nil, bag))
		s.cut("phone", tt.cut)
		s.cut("hub", history.Cut{Span: "commit"}) // no till
		v, err := check.NewView(s.log.Events())
		require.NoError(t, err)
		cuts := v.Cuts()
		require.Len(t, cuts, 1)
		assert.Equal(t, tt.class, cuts[0].Class, "%+v", tt.cut)
	}
}

func TestImagesCountWhenARecoveryEnded(t *testing.T) {
	s := newShop(2)
	s.start("phone")
	s.cut("phone", history.Cut{Span: "commit", Torn: true})
	s.cut("phone", history.Cut{Span: "recovery", Reordered: true}) // the first image never came to an end
	s.start("phone")
	s.cut("phone", history.Cut{Torn: true}) // nobody switched it on again
	v, err := check.NewView(s.log.Events())
	require.NoError(t, err)
	assert.Equal(t, check.Images{Reordered: 1}, check.Count(v).Images)
}

func TestCountsOfTheGoodDay(t *testing.T) {
	v, err := check.NewView(Good())
	require.NoError(t, err)
	assert.Equal(t, check.Counts{
		Sales:  check.Sales{Rung: 8, Journaled: 8, Hub: 8, Dark: 3, Captured: 3, Printed: 8, Walkouts: 1, RefusedCards: 1},
		Cuts:   check.Cuts{ApprovalToRecord: 2, WriteToSync: 1, EffectToNote: 1, Idle: 1},
		Images: check.Images{Torn: 1, Reordered: 1},
	}, check.Count(v))
}

func TestCountsOfWhatWentWrong(t *testing.T) {
	count := func(id string) check.Sales {
		for _, a := range Alterations() {
			if a.ID == id {
				v, err := check.NewView(a.Apply(Good()))
				require.NoError(t, err)
				return check.Count(v).Sales
			}
		}
		t.Fatal(id)
		return check.Sales{}
	}
	assert.Equal(t, 1, count("J1").Lost)
	assert.Equal(t, 7, count("J1").Journaled)

	s := tell(Good())
	i := s.commitWith(t, 2, "sale")
	s.move(s.nth(t, 3, kind(history.KindBasket)), i) // shopper 3 stands there when sale 2 is made, and for his own
	v, err := check.NewView(s.done())
	require.NoError(t, err)
	assert.Equal(t, 1, check.Count(v).Sales.Duplicated)
	assert.Equal(t, 1, check.Count(v).Sales.Lost)
}

func TestStories(t *testing.T) {
	v, err := check.NewView(Good())
	require.NoError(t, err)
	stories := v.Stories()
	require.Len(t, stories, 9)
	assert.Equal(t, []int64{4}, stories[3].Numbers)
	assert.Len(t, stories[3].Papers, 2, "half a receipt and a possible duplicate")
	assert.Len(t, stories[3].Kicks, 1)
	assert.Equal(t, []string{"phone-1-2"}, stories[2].Refs)
	assert.Empty(t, stories[5].Sales, "the walk-out")
	for _, s := range stories {
		assert.False(t, s.Lost)
	}
}
