package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"stormrig/scenarios/spec"
	"stormrig/sim/history"
)

// Names of the files in an evidence folder.
const (
	FileHistory  = "history.jsonl"
	FilePlan     = "plan.json"
	FileScenario = "scenario.yaml"
	FileResult   = "result.json"
	FileTrace    = "trace.txt"
	FileJUnit    = "junit.xml"
	FileReport   = "report.html"
	FileShrunk   = "shrunk.json" // of a case that was made small, which has no result.json
	DirDisks     = "disks"
	DirReceipts  = "receipts"
)

// Folder is an evidence folder that is being written. Facts comes before the
// run is judged, Judgement after it.
type Folder struct {
	Path string
	// Asked is the path that was asked for, where that was taken; else empty.
	Asked string
}

// NewFolder makes a folder. Nothing is overwritten: where path is taken, the
// folder is path-2, or the first number that is free.
func NewFolder(path string) (*Folder, error) {
	path = filepath.Clean(path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("making the evidence folder: %w", err)
	}
	for n := 1; ; n++ {
		name := path
		if n > 1 {
			name = fmt.Sprintf("%s-%d", path, n)
		}
		err := os.Mkdir(name, 0o755)
		if err == nil {
			return &Folder{Path: name, Asked: cond(n > 1, path, "")}, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("making the evidence folder: %w", err)
		}
	}
}

// Facts writes what happened: history, plan, scenario, disks.
func (f *Folder) Facts(b *Bundle) error {
	plan, err := b.Plan.Encode()
	if err != nil {
		return err
	}
	if err := f.write(FileHistory, func(w io.Writer) error { return history.Write(w, b.Events) }); err != nil {
		return err
	}
	if err := f.bytes(FilePlan, plan); err != nil {
		return err
	}
	if b.Scenario != nil {
		if err := f.bytes(FileScenario, scenarioText(b.Scenario, b.Plan.Seed)); err != nil {
			return err
		}
	}
	for _, unit := range slices.Sorted(maps.Keys(b.Disks)) {
		files := b.Disks[unit]
		for _, path := range slices.Sorted(maps.Keys(files)) {
			if err := f.bytes(filepath.Join(DirDisks, unit, filepath.FromSlash(path)), files[path]); err != nil {
				return err
			}
		}
	}
	return nil
}

// scenarioText writes the scenario so that it stands by itself: with the seed
// that was played and the catalogue that was sold.
func scenarioText(s *spec.Scenario, seed int64) []byte {
	file := *s.File
	file.Seed = &seed
	file.Catalogue, file.Shop.Catalogue = spec.Describe(s.Shop.Catalogue), ""
	return file.YAML()
}

// Judgement writes what is made of it: verdict, trace, pictures, report.
func (f *Folder) Judgement(b *Bundle) error {
	result, err := json.MarshalIndent(b.Result, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	if err := f.bytes(FileResult, append(result, '\n')); err != nil {
		return err
	}
	for _, page := range []struct {
		name string
		make func(io.Writer) error
	}{
		{FileTrace, func(w io.Writer) error { return Trace(w, b.Events) }},
		{FileJUnit, func(w io.Writer) error { return JUnit(w, b) }},
		{FileReport, func(w io.Writer) error { return WriteHTML(w, b) }},
	} {
		if err := f.write(page.name, page.make); err != nil {
			return err
		}
	}
	for i, p := range b.Papers {
		if err := f.bytes(filepath.Join(DirReceipts, paperName(i, p)), p.PNG); err != nil {
			return err
		}
	}
	return nil
}

// paperName sorts pictures by time and shows the receipt's number.
func paperName(i int, p Paper) string {
	if p.Number == 0 {
		return fmt.Sprintf("%03d-%s.png", i+1, p.Printer)
	}
	return fmt.Sprintf("%03d-%s-receipt-%d.png", i+1, p.Printer, p.Number)
}

func (f *Folder) bytes(name string, data []byte) error {
	return f.write(name, func(w io.Writer) error { _, err := w.Write(data); return err })
}

// write makes one file. A report is read by people in a hurry: a file is
// there whole, or the error says which one is not.
func (f *Folder) write(name string, fill func(io.Writer) error) error {
	var data bytes.Buffer
	if err := fill(&data); err != nil {
		return fmt.Errorf("evidence %s: %w", name, err)
	}
	path := filepath.Join(f.Path, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("evidence: %w", err)
	}
	if err := os.WriteFile(path, data.Bytes(), 0o644); err != nil {
		return fmt.Errorf("evidence: %w", err)
	}
	return nil
}
