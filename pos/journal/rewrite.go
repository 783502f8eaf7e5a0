package journal

import (
	"fmt"

	"stormrig/pos"
	"stormrig/pos/store"
)

// reserveFrames is how many frames the bytes asked of Reserve may come in.
const reserveFrames = 16

// Suspect tells whether the fate of the last commit is unknown: Rewrite must
// be called before anything is appended.
func (j *Journal) Suspect() bool { return j.pending }

// Rewrite puts what the last, failed Append held into a new segment, from
// memory, since what the page cache shows need not be on any disk. After nil
// the entry is durable as Append returned it. After an error the journal has
// stopped for good (store.ErrStopped); reads still work.
func (j *Journal) Rewrite() error {
	if j.stopped != nil {
		return j.stopped
	}
	if !j.pending {
		return nil
	}
	c := j.current()
	if err := c.start(j.fs, j.linkOf(c), &j.scratch, 0); err != nil {
		j.stopped = fmt.Errorf("journal: %w: rewrite of entry %s/%d: %w", store.ErrStopped, c.id, j.scratch.first, err)
		return j.stopped
	}
	j.pending = false
	return nil
}

// linkOf returns the link that a new segment of c must carry: the rewrite of
// a chain's first entry replaces the segment that says what the chain follows.
func (j *Journal) linkOf(c *chain) Link {
	if c.head > 0 {
		return Link{}
	}
	return j.found.Link
}

// Reserve makes sure that entries of n payload bytes, in at most 16 frames,
// can be appended without a need for more disk space. It is called before
// something irrevocable begins whose outcome must be recorded. The room is
// durable with the next entry: a loss of power before it ends what the room
// was for. After an error nothing has changed but that there may be no room.
func (j *Journal) Reserve(n int64) error {
	if err := j.ready(); err != nil {
		return err
	}
	c := j.current()
	need := n + reserveFrames*frameHead
	s := c.tail()
	if s.end+need <= c.room {
		return nil
	}
	step := (need + growStep - 1) / growStep * growStep
	if c.full(need) {
		if err := c.start(j.fs, j.linkOf(c), &batch{}, step); err != nil {
			return fmt.Errorf("journal: reserve %d bytes: %w", n, err)
		}
		return nil
	}
	h, err := c.open(j.fs)
	if err == nil {
		err = c.grow(h, s.end+step)
	}
	if err != nil {
		return fmt.Errorf("journal: reserve %d bytes: %w", n, err)
	}
	return nil
}

// NewIncarnation begins a new chain, whose first segment says what it
// follows. The number is drawn by the caller and must be above all before.
// Whatever stands behind the last entry of the chain before is cut.
func (j *Journal) NewIncarnation(inc uint32) (Link, error) {
	if j.stopped != nil {
		return Link{}, j.stopped
	}
	if j.pending {
		return Link{}, fmt.Errorf("%w: rewrite entry %d first", ErrUnknown, j.scratch.first)
	}
	head, hash := j.Head()
	if inc <= head.Incarnation {
		return Link{}, fmt.Errorf("journal: incarnation %d is not after %d", inc, head.Incarnation)
	}
	var link Link
	if len(j.chains) > 0 {
		link = Link{Before: head, Hash: hash, LostTo: j.found.LostTo}
		if j.found.Tail != nil {
			link.CutBytes = j.found.Tail.Bytes
		}
	}
	if err := j.unmark(); err != nil {
		return Link{}, err
	}
	c := &chain{id: pos.Chain{Device: j.device, Incarnation: inc}, dir: Dir, size: j.size}
	c.hash = Genesis(c.id)
	if err := c.start(j.fs, link, &batch{}, 0); err != nil {
		return Link{}, fmt.Errorf("journal: begin incarnation %d: %w", inc, err)
	}
	if len(j.chains) > 0 {
		// Only tidiness: the link says where the chain before ends.
		_ = j.current().cut(j.fs)
		_ = j.current().close()
	}
	j.chains = append(j.chains, c)
	j.found = Recovery{Link: link}
	return link, nil
}

// cut makes the last segment end with its last frame, durably.
func (c *chain) cut(f store.FS) error {
	h, err := c.open(f)
	if err != nil {
		return err
	}
	if err := h.Truncate(c.tail().end); err != nil {
		return err
	}
	c.room, c.warm = c.tail().end, 0
	return h.Sync()
}
