package journal

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/fault/disk"
	"stormrig/pos"
	"stormrig/pos/store"
)

// frames returns n frames of a chain as bytes, one a slice.
func frames(id pos.Chain, n, size int) [][]byte {
	var out [][]byte
	prev := Genesis(id)
	for i := range n {
		payload := fmt.Appendf(nil, "%s entry %d %s", id, i+1, bytes.Repeat([]byte("y"), size))
		out = append(out, AppendFrame(nil, uint64(i+1), 0, prev, payload))
		prev = HashOf(prev, payload)
	}
	return out
}

func join(parts [][]byte) []byte { return bytes.Join(parts, nil) }

func openReplicas(t *testing.T, f store.FS) *Replicas {
	t.Helper()
	r, cuts, err := OpenReplicas(f, ReplicaOptions{SegmentSize: 4096})
	require.NoError(t, err)
	require.Empty(t, cuts)
	return r
}

// stored returns all raw bytes of a chain.
func stored(t *testing.T, r *Replicas, id pos.Chain) []byte {
	t.Helper()
	var out []byte
	var after uint64
	for {
		fs, err := r.Read(id, after, 1000)
		require.NoError(t, err)
		if len(fs) == 0 {
			return out
		}
		for _, f := range fs {
			out = append(out, f.Raw...)
			after = f.Seq
		}
	}
}

var (
	chainA = pos.Chain{Device: "assistant", Incarnation: 3}
	chainB = pos.Chain{Device: "phone", Incarnation: 1}
)

func TestReplicaKeepsBytes(t *testing.T) {
	d := disk.New(disk.PhoneFlash)
	r := openReplicas(t, d)
	a, b := frames(chainA, 30, 500), frames(chainB, 3, 10)
	for i := 0; i < 30; i += 3 {
		fresh, err := r.Append(chainA, join(a[i:i+3]))
		require.NoError(t, err)
		require.Len(t, fresh, 3)
	}
	_, err := r.Append(chainB, join(b))
	require.NoError(t, err)
	for _, r := range []*Replicas{r, r.CloneOn(d.Clone()), openReplicas(t, lost(t, d))} {
		assert.Equal(t, join(a), stored(t, r, chainA))
		assert.Equal(t, join(b), stored(t, r, chainB))
		assert.Equal(t, []pos.Key{{Device: "assistant", Incarnation: 3, Seq: 30}, {Device: "phone", Incarnation: 1, Seq: 3}}, r.Chains())
		seq, hash := r.Head(chainA)
		f, _, err := ParseFrame(a[29])
		require.NoError(t, err)
		assert.EqualValues(t, 30, seq)
		assert.Equal(t, f.Hash, hash)
	}
	var visited []string
	_, _, err = OpenReplicas(d, ReplicaOptions{
		After: func(c pos.Chain) uint64 { return map[pos.Chain]uint64{chainA: 29, chainB: 1}[c] },
		Visit: func(c pos.Chain, f Frame) error {
			visited = append(visited, fmt.Sprint(c, f.Seq))
			return nil
		}})
	require.NoError(t, err)
	assert.Equal(t, []string{"assistant/3 30", "phone/1 2", "phone/1 3"}, visited)
}

func TestReplicaRefuses(t *testing.T) {
	all := frames(chainA, 5, 20)
	other := frames(chainA, 5, 21)
	for _, tc := range []struct {
		name  string
		id    pos.Chain
		raw   []byte
		err   error
		fresh int
	}{
		{"what it has", chainA, join(all[:3]), nil, 0},
		{"overlap", chainA, join(all[1:5]), nil, 2},
		{"nothing", chainA, nil, nil, 0},
		{"a gap", chainA, all[4], ErrGap, 0},
		{"a gap inside", chainA, append(bytes.Clone(all[3]), all[3]...), ErrGap, 0},
		{"another head", chainA, other[2], ErrFork, 0},
		{"another entry long ago", chainA, other[0], ErrFork, 0},
		{"another past", chainA, other[3], ErrFork, 0},
		{"half a frame", chainA, all[3][:30], ErrFrame, 0},
		{"a gap at the start", chainB, all[1], ErrGap, 0},
		{"another chain's frames", chainB, all[0], ErrFork, 0},
		{"sequence 0", chainB, AppendFrame(nil, 0, 0, Genesis(chainB), nil), ErrGap, 0},
	} {
		d := disk.New(disk.PhoneFlash)
		r := openReplicas(t, d)
		_, err := r.Append(chainA, join(all[:3]))
		require.NoError(t, err)
		fresh, err := r.Append(tc.id, tc.raw)
		if tc.err != nil {
			require.ErrorIs(t, err, tc.err, tc.name)
		} else {
			require.NoError(t, err, tc.name)
		}
		assert.Len(t, fresh, tc.fresh, tc.name)
		seq, _ := openReplicas(t, d).Head(chainA)
		assert.EqualValues(t, 3+tc.fresh, seq, tc.name)
	}
	_, err := openReplicas(t, disk.New(disk.PhoneFlash)).Append(pos.Chain{Device: "../../etc", Incarnation: 1}, all[0])
	assert.ErrorContains(t, err, "device name")
}

// Every state that a cut in the middle of a batch leaves: a gapless beginning
// with all that was acknowledged, to which the rest can be given again.
func TestReplicaEveryCut(t *testing.T) {
	all := frames(chainA, 16, 600)
	d := disk.New(disk.PhoneFlash)
	r := openReplicas(t, d)
	states, cuts := 0, 0
	for i := 0; i < len(all); i += 2 {
		d.Begin(d.Busy())
		_, err := r.Append(chainA, join(all[i:i+2]))
		require.NoError(t, err)
		for _, at := range moments(d) {
			for _, s := range d.States(at) {
				f := d.Fork(s)
				r, cut, err := OpenReplicas(f, ReplicaOptions{SegmentSize: 4096})
				require.NoError(t, err)
				seq, _ := r.Head(chainA)
				if at >= d.Busy() {
					require.EqualValues(t, i+2, seq)
				}
				require.GreaterOrEqual(t, int(seq), i)
				_, err = r.Append(chainA, join(all[:i+2]))
				require.NoError(t, err)
				require.Equal(t, join(all[:i+2]), stored(t, openReplicas(t, lost(t, f)), chainA))
				states++
				cuts += len(cut)
			}
		}
	}
	assert.Greater(t, cuts, 20, "of %d states", states)
}

func TestReplicaDamageIsCut(t *testing.T) {
	all := frames(chainA, 20, 600)
	d := disk.New(disk.PhoneFlash)
	r := openReplicas(t, d)
	for i := range all {
		_, err := r.Append(chainA, all[i])
		require.NoError(t, err)
	}
	names, err := d.List(ReplicaDir)
	require.NoError(t, err)
	require.Greater(t, len(names), 2)
	for _, at := range []int{3, 700, 2500} { // header, first frame, a later one
		c := d.Clone()
		edit(t, c, ReplicaDir+"/"+names[1], flip(at))
		r, cuts, err := OpenReplicas(c, ReplicaOptions{SegmentSize: 4096})
		require.NoError(t, err)
		require.Len(t, cuts, 1)
		seq, _ := r.Head(chainA)
		assert.Equal(t, cuts[0].Seq, seq+1)
		_, err = r.Append(chainA, join(all))
		require.NoError(t, err)
		assert.Equal(t, join(all), stored(t, openReplicas(t, lost(t, c)), chainA))
	}
	edit(t, d, ReplicaDir+"/"+names[0], flip(3))
	r, _, err = OpenReplicas(d, ReplicaOptions{})
	require.NoError(t, err)
	assert.Empty(t, r.Chains())
}

// After a failed sync the same batch is given again; it must not be taken for
// durable because the page cache shows it.
func TestReplicaDoesNotTrustThePageCache(t *testing.T) {
	all := frames(chainA, 6, 300)
	for _, faults := range []disk.Faults{{EIOSync: 1}, {EIOWrite: 1}} {
		d := disk.New(disk.PhoneFlash)
		r := openReplicas(t, d)
		for i := range all {
			d.Faults = faults
			_, err := r.Append(chainA, all[i])
			require.Error(t, err)
			seq, _ := r.Head(chainA)
			require.EqualValues(t, i, seq)
			r = r.CloneOn(d)
			_, err = r.Append(chainA, all[i])
			require.NoError(t, err)
			for _, s := range d.States(d.Busy()) {
				require.Equal(t, join(all[:i+1]), stored(t, openReplicas(t, d.Fork(s)), chainA))
			}
		}
	}
}

// A batch that failed is followed by a shorter one: what the page cache shows
// of the first must not look like entries behind the second.
func TestReplicaShorterBatchAfterAFailure(t *testing.T) {
	all := frames(chainA, 6, 300)
	d := disk.New(disk.PhoneFlash)
	r := openReplicas(t, d)
	_, err := r.Append(chainA, all[0])
	require.NoError(t, err)
	d.Faults.EIOSync = 1
	_, err = r.Append(chainA, join(all[1:5]))
	require.Error(t, err)
	_, err = r.Append(chainA, all[1])
	require.NoError(t, err)
	d.Kill(d.Busy()) // the process dies, the page cache stays
	seq, _ := openReplicas(t, d).Head(chainA)
	assert.EqualValues(t, 2, seq)
}

// The process dies after a failed sync; who opens the chain finds the batch in the
// page cache, acknowledges it, and must have made it durable, whatever else fails.
func TestReplicaFoundInThePageCacheIsMadeDurable(t *testing.T) {
	all := frames(chainA, 6, 300)
	for _, start := range []disk.Faults{{}, {EIOSync: 1}, {EIOWrite: 1}} {
		d := disk.New(disk.PhoneFlash)
		r := openReplicas(t, d)
		_, err := r.Append(chainA, all[0])
		require.NoError(t, err)
		d.Faults.EIOSync = 1
		_, err = r.Append(chainA, join(all[1:5]))
		require.Error(t, err)
		d.Kill(d.Busy())
		d.Faults = start
		r = openReplicas(t, d)
		seq, _ := r.Head(chainA)
		require.EqualValues(t, 5, seq)
		_, err = r.Append(chainA, all[5])
		require.NoError(t, err)
		for _, s := range d.States(d.Busy()) {
			require.Equal(t, join(all), stored(t, openReplicas(t, d.Fork(s)), chainA))
		}
	}
}

// The process dies anywhere while a batch begins a segment; what is given to the
// next one on top of it stays when the power goes.
func TestReplicaKilledAnywhere(t *testing.T) {
	all := frames(chainA, 8, 300)
	for n := range all[1:] {
		d := disk.New(disk.PhoneFlash)
		o := ReplicaOptions{SegmentSize: 1300}
		r, _, err := OpenReplicas(d, o)
		require.NoError(t, err)
		for _, p := range all[:n] {
			_, err := r.Append(chainA, p)
			require.NoError(t, err)
		}
		d.Begin(d.Busy())
		_, err = r.Append(chainA, all[n])
		require.NoError(t, err)
		for _, at := range moments(d) {
			k := d.Clone()
			k.Kill(at)
			again, _, err := OpenReplicas(k, o)
			require.NoError(t, err)
			head, _ := again.Head(chainA)
			_, err = again.Append(chainA, join(all[head:n+2]))
			require.NoError(t, err)
			require.Equal(t, join(all[:n+2]), stored(t, openReplicas(t, lost(t, k)), chainA), "killed at %v", at)
		}
	}
}

func TestReplicaTakesNoBatchThatItCouldNotSettle(t *testing.T) {
	r := openReplicas(t, disk.New(disk.PhoneFlash))
	all := frames(chainA, 3, BatchSize/2)
	_, err := r.Append(chainA, join(all))
	require.ErrorIs(t, err, ErrFrame)
	_, err = r.Append(chainA, all[0])
	require.NoError(t, err)
}

// TestReplicasTakeRoomAhead: room behind the last entry is no tail, whatever a
// loss of power leaves of it, and most appends change no size.
func TestReplicasTakeRoomAhead(t *testing.T) {
	o := Options{SegmentSize: 8192, Preallocate: 8192, Warm: 512}.Replicas()
	assert.Positive(t, o.Room)
	o.Room = 2048
	d := disk.New(disk.PhoneFlash)
	parts := frames(chainA, 30, 100)
	r, _, err := OpenReplicas(d, o)
	require.NoError(t, err)
	sizes := map[int64]bool{}
	for i, p := range parts {
		d.Begin(d.Busy())
		_, err := r.Append(chainA, p)
		require.NoError(t, err)
		h, err := d.Open(r.chains[0].path(1))
		require.NoError(t, err)
		size, err := h.Size()
		require.NoError(t, err)
		sizes[size] = true
		for _, p := range d.CutPoints() {
			for _, st := range d.States(p.At) {
				on := d.Fork(st)
				again, cuts, err := OpenReplicas(on, o)
				require.NoError(t, err)
				head, _ := again.Head(chainA)
				require.GreaterOrEqual(t, head, uint64(i))
				require.LessOrEqual(t, head, uint64(i+1))
				if p.At >= d.Busy() {
					require.EqualValues(t, i+1, head)
					require.Empty(t, cuts)
				}
				if i+1 < len(parts) && head == uint64(i+1) {
					_, err = again.Append(chainA, parts[i+1])
					require.NoError(t, err)
				}
			}
		}
	}
	assert.Less(t, len(sizes), 6)
	assert.Equal(t, join(parts), stored(t, r, chainA))
}
