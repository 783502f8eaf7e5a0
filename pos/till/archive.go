package till

// retire moves own entries that the hub holds and the book is beyond to the
// archive: whole lives before this one, and what is old of it. A start after a
// loss of power then has less to verify. It follows a checkpoint, when nothing
// waits; what fails now is tried after the next one.
func (t *Till) retire() {
	if t.cfg.Keep == 0 {
		return
	}
	lives := t.journal.Chains()
	last := lives[len(lives)-1]
	for _, k := range lives[:len(lives)-1] {
		if t.client.Held(k.Chain()) < k.Seq {
			return
		}
	}
	old := last.Seq - min(t.cfg.Keep, last.Seq)
	_, _ = t.journal.Retire(min(old, t.client.Held(last.Chain()))) // nothing is lost by an error
}
