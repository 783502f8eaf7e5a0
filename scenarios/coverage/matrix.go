package coverage

import (
	"encoding/json"
	"fmt"

	"stormrig/sim/history"
)

// Matrix counts, for each cell, the runs that reached it. It is a value.
type Matrix struct {
	runs  int
	cells [faultCount][stateCount]int
	pairs [faultCount][faultCount]int // of faults, the lower row first
}

// Add takes the history of one run.
func (m *Matrix) Add(events []history.Event) {
	reached := Of(events)
	m.Merge(reached)
}

// Of returns the matrix of one run.
func Of(events []history.Event) Matrix {
	w := newWatch(events)
	for i := range events {
		w.event(&events[i])
	}
	m := Matrix{runs: 1}
	for f := range m.cells {
		for s := range m.cells[f] {
			if w.reached[f][s] {
				m.cells[f][s] = 1
			}
		}
		for g := range m.pairs[f] {
			if w.pairs[f][g] {
				m.pairs[f][g] = 1
			}
		}
	}
	return m
}

// Merge adds the runs of another matrix.
func (m *Matrix) Merge(o Matrix) {
	m.runs += o.runs
	for f := range m.cells {
		for s := range m.cells[f] {
			m.cells[f][s] += o.cells[f][s]
		}
		for g := range m.pairs[f] {
			m.pairs[f][g] += o.pairs[f][g]
		}
	}
}

// Runs is how many runs were taken.
func (m *Matrix) Runs() int { return m.runs }

// Count is a cell with the number of runs that reached it.
type Count struct {
	Cell
	Runs int
}

// Counts lists all cells.
func (m *Matrix) Counts() []Count {
	var out []Count
	for i, c := range Cells() {
		out = append(out, Count{c, m.cells[i/stateCount][i%stateCount]})
	}
	return out
}

// Missing lists the cells that no run reached though one could.
func (m *Matrix) Missing() []Cell {
	var out []Cell
	for _, c := range m.Counts() {
		if c.Runs == 0 && c.Impossible == "" {
			out = append(out, c.Cell)
		}
	}
	return out
}

// Wrong lists cells that were reached though they are said to be impossible:
// the list of reasons is out of date.
func (m *Matrix) Wrong() []Cell {
	var out []Cell
	for _, c := range m.Counts() {
		if c.Runs > 0 && c.Impossible != "" {
			out = append(out, c.Cell)
		}
	}
	return out
}

// Within returns the cells that a sweep of one scenario misses: of the faults
// that struck in it at all and of the states that its days came through, those
// that never met. What the scenario's weather does not have, it cannot miss.
func (m *Matrix) Within() []Cell {
	var rows [faultCount]bool
	var columns [stateCount]bool
	for f := range m.cells {
		for s, n := range m.cells[f] {
			rows[f], columns[s] = rows[f] || n > 0, columns[s] || n > 0
		}
	}
	var out []Cell
	for i, c := range Cells() {
		f, s := i/stateCount, i%stateCount
		if m.cells[f][s] == 0 && rows[f] && columns[s] && c.Impossible == "" {
			out = append(out, c)
		}
	}
	return out
}

// cellJSON is a cell in JSON.
type cellJSON struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Runs       int    `json:"runs"`
	Impossible string `json:"impossible,omitempty"`
}

// MarshalJSON writes {"runs":n,"cells":[{"id","name","runs","impossible"}]}, without
// the pairs.
func (m Matrix) MarshalJSON() ([]byte, error) {
	out := struct {
		Runs  int        `json:"runs"`
		Cells []cellJSON `json:"cells"`
	}{Runs: m.runs}
	for _, c := range m.Counts() {
		out.Cells = append(out.Cells, cellJSON{c.ID(), c.Name(), c.Runs, c.Impossible})
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote; a cell that is no more is
// forgotten.
func (m *Matrix) UnmarshalJSON(text []byte) error {
	var in struct {
		Runs  int        `json:"runs"`
		Cells []cellJSON `json:"cells"`
	}
	if err := json.Unmarshal(text, &in); err != nil {
		return fmt.Errorf("reading a coverage matrix: %w", err)
	}
	*m = Matrix{runs: in.Runs}
	at := map[string]int{}
	for i, c := range Cells() {
		at[c.ID()] = i
	}
	for _, c := range in.Cells {
		if i, ok := at[c.ID]; ok {
			m.cells[i/stateCount][i%stateCount] = c.Runs
		}
	}
	return nil
}
