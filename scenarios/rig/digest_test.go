package rig_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/driver"
	"stormrig/hil/machine"
	"stormrig/hil/wire/card"
	"stormrig/pos"
	"stormrig/scenarios/files"
	"stormrig/scenarios/rig"
	"stormrig/scenarios/spec"
)

func scenario(t testing.TB, name string) *spec.Scenario {
	sc, err := files.Scenario(name)
	require.NoError(t, err)
	return sc
}

func finished(t testing.TB, name string, seed int64, o rig.Options) *rig.Run {
	r, err := rig.StartWith(scenario(t, name), seed, nil, o)
	require.NoError(t, err)
	t.Cleanup(r.Close)
	require.NoError(t, r.Finish(), "stormrig run %s --seed %d", name, seed)
	return r
}

// historyHash is the hash of a history but for its header, which has the seed.
func historyHash(t testing.TB, r *rig.Run) string {
	h := sha256.New()
	enc := json.NewEncoder(h)
	for _, e := range r.History()[1:] {
		require.NoError(t, enc.Encode(e))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// childEnv makes the test binary play a run and print what it came to:
// "storm-saturday".
const childEnv = "STORMRIG_TEST_DIGEST_OF"

var childSeeds = []int64{1, 2}

func TestDigestInAnotherProcess(t *testing.T) {
	name := os.Getenv(childEnv)
	if name == "" {
		t.Skip("for TestSameSeedSameDigest")
	}
	for _, seed := range childSeeds {
		r := finished(t, name, seed, rig.Options{})
		fmt.Printf("digest %s %s\n", r.Digest(), historyHash(t, r))
	}
}

// TestSameSeedSameDigest: in this process twice, and in others with one and
// two processors.
func TestSameSeedSameDigest(t *testing.T) {
	const name = "storm-saturday"
	var want []string
	for _, seed := range childSeeds {
		first, again := finished(t, name, seed, rig.Options{}), finished(t, name, seed, rig.Options{})
		require.Equal(t, first.Digest(), again.Digest(), "seed %d", seed)
		want = append(want, first.Digest()+" "+historyHash(t, first))
		require.Equal(t, historyHash(t, first), historyHash(t, again), "seed %d", seed)
	}
	for _, procs := range []string{"1", "2"} {
		child := exec.Command(os.Args[0], "-test.run=^TestDigestInAnotherProcess$")
		child.Env = append(os.Environ(), childEnv+"="+name, "GOMAXPROCS="+procs)
		out, err := child.CombinedOutput()
		require.NoError(t, err, string(out))
		var got []string
		for _, line := range strings.Split(string(out), "\n") {
			if rest, ok := strings.CutPrefix(line, "digest "); ok {
				got = append(got, rest)
			}
		}
		assert.Equal(t, want, got, "GOMAXPROCS=%s", procs)
	}
}

// TestNoTwoSeedsShareADigest, nor a history: the seed itself is in the digest.
// One cash sale on a fair day is the day that differs least.
func TestNoTwoSeedsShareADigest(t *testing.T) {
	digests, histories := map[string]int64{}, map[string]int64{}
	for seed := int64(1); seed <= 100; seed++ {
		r := finished(t, "one-sale", seed, rig.Options{})
		for hash, of := range map[string]map[string]int64{r.Digest(): digests, historyHash(t, r): histories} {
			other, taken := of[hash]
			require.False(t, taken, "seeds %d and %d", other, seed)
			of[hash] = seed
		}
		r.Close()
	}
}

// noisy is a driver of which one byte of one write goes out with a bit turned.
type noisy struct {
	driver.Driver
	port  string
	write int // which, from 1; counted down
}

func (n *noisy) Clone() driver.Driver {
	c := *n
	c.Driver = n.Driver.Clone()
	return &c
}

func (n *noisy) Handle(now machine.Now, in machine.Input) driver.Step {
	return n.spoil(n.Driver.Handle(now, in))
}

func (n *noisy) Do(now machine.Now, e pos.Effect) driver.Step { return n.spoil(n.Driver.Do(now, e)) }

func (n *noisy) spoil(s driver.Step) driver.Step {
	for i, o := range s.Out {
		if o.Kind != machine.Write || len(o.Data) == 0 {
			continue
		}
		if n.write--; n.write == 0 {
			s.Out[i].Data = slices.Clone(o.Data)
			s.Out[i].Data[len(o.Data)/2] ^= 1
		}
	}
	return s
}

// TestOneByteOnOneWireChangesTheDigest: no fault is written for it, so nothing
// but the byte can tell.
func TestOneByteOnOneWireChangesTheDigest(t *testing.T) {
	with := func(port string, write int) string {
		o := rig.Options{Drivers: func(_ card.BaseKey, drivers []driver.Driver) []driver.Driver {
			out := slices.Clone(drivers)
			for i, d := range out {
				if d.Port() == port {
					out[i] = &noisy{Driver: d, port: port, write: write}
				}
			}
			return out
		}}
		r, err := rig.StartWith(scenario(t, "after-approved"), 1, nil, o)
		require.NoError(t, err)
		defer r.Close()
		// A day with a wrong byte in it may end badly; it must only end.
		for more := true; more && err == nil; {
			more, err = r.Step()
		}
		return r.Digest()
	}
	honest := with("", 0)
	require.Equal(t, honest, finished(t, "after-approved", 1, rig.Options{}).Digest(), "what bends nothing changes nothing")
	seen := map[string]string{honest: "no byte at all"}
	for _, port := range []string{driver.PortSeat, driver.PortHub, driver.PortHost, driver.PortPrinter, driver.PortDongle, driver.PortScanner} {
		for _, write := range []int{1, 2} {
			name := fmt.Sprintf("a byte of write %d on %s", write, port)
			d := with(port, write)
			assert.Empty(t, seen[d], name)
			seen[d] = name
		}
	}
}
