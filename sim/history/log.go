package history

// Schema is the version of the format that this package reads and writes.
const Schema = 1

// Log is a history in memory. Events are only ever appended, and never
// changed afterwards, so a clone shares what both have in common.
type Log struct{ events []Event }

// Append numbers the event, keeps it and returns its N.
func (l *Log) Append(e Event) int64 {
	e.N = int64(len(l.events)) + 1
	l.events = append(l.events, e)
	return e.N
}

// Len returns the number of events.
func (l *Log) Len() int { return len(l.events) }

// Events returns all events. They belong to the log: read only.
func (l *Log) Events() []Event { return l.events[:len(l.events):len(l.events)] }

// Clone returns a log of its own with the same events. The clone's capacity
// ends at its length: its first append moves it, so neither sees the other's.
func (l *Log) Clone() *Log { return &Log{events: l.Events()} }
