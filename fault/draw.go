package fault

import (
	"fmt"
	"time"

	"stormrig/sim"
)

// Cell is where in the order of events a till loses power. A cut is counted
// once, in the first cell that matches in this order.
type Cell string

// The cells.
const (
	CellRecovery         Cell = "recovery"
	CellCheckpoint       Cell = "checkpoint"
	CellPull             Cell = "pull"
	CellApprovalToRecord Cell = "approval_to_record"
	CellBeforeWrite      Cell = "before_write"
	CellWriteToSync      Cell = "write_to_sync"
	CellSyncToEffect     Cell = "sync_to_effect"
	CellEffectToNote     Cell = "effect_to_note"
	CellIdle             Cell = "idle"
)

// Cells returns all cells, in order.
func Cells() []Cell {
	return []Cell{
		CellRecovery, CellCheckpoint, CellPull, CellApprovalToRecord, CellBeforeWrite,
		CellWriteToSync, CellSyncToEffect, CellEffectToNote, CellIdle,
	}
}

// Names of spans that drawn cuts point into. The rig announces them.
const (
	SpanRecovery   = "recovery"   // a start after the first
	SpanCheckpoint = "checkpoint" // the book is brought up to date
	SpanPull       = "pull"       // others' entries become durable
	SpanCommit     = "commit"     // the decision that finishes a sale
	SpanSettle     = "settle"     // the end of a stored payment is written, and its card data removed
	SpanRewrite    = "rewrite"    // after a failed write or sync, what was in doubt is written once more
	SpanApproval   = "approval"   // from the approval until it is recorded
	SpanReceipt    = "receipt"    // the bytes of a receipt
	SpanIdle       = "idle"       // after a basket, until the next
)

// Draws says what DrawCut can choose from.
type Draws struct {
	ID   string
	Unit string // the till
	// Cells to draw from; nil: all.
	Cells []Cell
	// FromBasket to ToBasket, both included, bound the sale that is struck.
	FromBasket, ToBasket int
	// CardBaskets are those that pay by card; for CellApprovalToRecord.
	// Without any, that cell takes one of the others and is likely blind.
	CardBaskets []int
	// Recoveries, Checkpoints and Pulls are how many of each may be expected;
	// less than 1 counts as 1.
	Recoveries, Checkpoints, Pulls int
	// ForMin to ForMax bound how long the power is away.
	ForMin, ForMax time.Duration
}

// DrawCut draws a drop of the till's battery: the cell first, then the place
// in it.
func DrawCut(s *sim.Stream, d Draws) Fault {
	cells := d.Cells
	if len(cells) == 0 {
		cells = Cells()
	}
	cell := cells[s.Intn(len(cells))]
	p := drawPoint(s, d, cell)
	p.Unit = d.Unit
	return Fault{
		ID: d.ID, Kind: Drop, Target: d.Unit,
		When: On(p), For: s.Duration(d.ForMin, d.ForMax),
	}
}

func drawPoint(s *sim.Stream, d Draws, cell Cell) Point {
	basket := d.FromBasket + s.Intn(max(d.ToBasket-d.FromBasket+1, 1))
	commit := Point{Span: SpanCommit, Basket: basket}
	switch cell {
	case CellRecovery:
		return Point{Span: SpanRecovery, Nth: nth(s, d.Recoveries), Permille: inside(s)}
	case CellCheckpoint:
		return Point{Span: SpanCheckpoint, Nth: nth(s, d.Checkpoints), Permille: inside(s)}
	case CellPull:
		return Point{Span: SpanPull, Nth: nth(s, d.Pulls), Permille: inside(s)}
	case CellApprovalToRecord:
		if n := len(d.CardBaskets); n > 0 {
			basket = d.CardBaskets[s.Intn(n)]
		}
		return Point{Span: SpanApproval, Basket: basket, Permille: inside(s)}
	case CellBeforeWrite:
		commit.Place, commit.Op = InOp, 1
	case CellWriteToSync:
		commit.Place, commit.Permille = Unsynced, inside(s)
	case CellSyncToEffect:
		commit.Place, commit.Permille = Held, inside(s)
	case CellEffectToNote:
		commit.Place, commit.After = Acted, s.Duration(0, 20*time.Millisecond)
	case CellIdle:
		return Point{Span: SpanIdle, Basket: basket, Permille: inside(s)}
	default:
		panic(fmt.Sprintf("fault: no cell %q", cell))
	}
	return commit
}

func nth(s *sim.Stream, expected int) int { return 1 + s.Intn(max(expected, 1)) }

// inside returns a permille strictly between the ends.
func inside(s *sim.Stream) int { return 1 + s.Intn(999) }

// Coverage counts cuts by cell. It is a value.
type Coverage struct{ counts [9]int }

// Add counts a cut; a cell that does not exist is not counted.
func (c *Coverage) Add(cell Cell) {
	for i, known := range Cells() {
		if known == cell {
			c.counts[i]++
		}
	}
}

// Merge adds another coverage.
func (c *Coverage) Merge(o Coverage) {
	for i := range c.counts {
		c.counts[i] += o.counts[i]
	}
}

// Count returns the cuts in a cell.
func (c Coverage) Count(cell Cell) int {
	for i, known := range Cells() {
		if known == cell {
			return c.counts[i]
		}
	}
	return 0
}

// Missing returns the cells with fewer than least cuts.
func (c Coverage) Missing(least int) []Cell {
	var missing []Cell
	for i, cell := range Cells() {
		if c.counts[i] < least {
			missing = append(missing, cell)
		}
	}
	return missing
}
