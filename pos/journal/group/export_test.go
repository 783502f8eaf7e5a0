package group

// Gathered returns how many wait for the next commit.
func (f *Front) Gathered() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.open == nil {
		return 0
	}
	return len(f.open.payloads)
}
