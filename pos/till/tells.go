package till

import (
	"stormrig/pos"
	"stormrig/pos/journal"
)

// Result is what one handling lets out.
type Result struct {
	// Effects leave after everything that this handling wrote is durable.
	Effects []pos.Effect
	// Tells are for whoever watches: values of the types below.
	Tells []any
}

// What a till tells of itself.
type (
	// Span says what kind of disk work this handling was: "recovery",
	// "commit", "checkpoint", "pull".
	Span struct{ Name string }
	// Committed: a decision became durable.
	Committed struct {
		Key     pos.Key
		Prev    journal.Hash
		Hash    journal.Hash
		Payload []byte
	}
	// Started: a recovery ended. Folded counts the entries beyond the book's
	// checkpoint, own and others'.
	Started struct {
		Recovered, Folded int64
		TailBytes         int64
		Rebuilt           string
		Lost              string
	}
	// Replicated: others' entries became durable up to Seq.
	Replicated struct {
		Chain pos.Chain
		Seq   uint64
	}
	// Acknowledged: the hub says that it holds an own chain up to Seq.
	Acknowledged struct {
		Chain pos.Chain
		Seq   uint64
	}
	// Progress of the exchange with the hub, in entries.
	Progress struct {
		Session     string
		Done, Total int64
	}
	// Unreadable: another device's entry is kept and has no effect.
	Unreadable struct {
		Key pos.Key
		Why string
	}
	// Checkpointed: the book was brought up to date.
	Checkpointed struct{ Records int }
	// Stopped: the till cannot sell any more.
	Stopped struct{ Why string }
)

func (r *Result) tell(v any) { r.Tells = append(r.Tells, v) }

// span names the handling's disk work, once: the first name counts.
func (r *Result) span(name string) {
	for _, t := range r.Tells {
		if _, named := t.(Span); named {
			return
		}
	}
	r.tell(Span{Name: name})
}

func (r *Result) let(e ...pos.Effect) { r.Effects = append(r.Effects, e...) }
