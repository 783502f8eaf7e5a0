package pack

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"stormrig/scenarios/play"
	"stormrig/scenarios/report"
	"stormrig/scenarios/spec"
)

// FileManifest is the first file of a pack.
const FileManifest = "manifest.json"

// packed are the files of an evidence folder that go into a pack, in order.
var packed = []string{report.FilePlan, report.FileScenario, report.FileResult, report.FileHistory, report.FileTrace, report.FileJUnit, report.FileReport}

// Options says what is taken out.
type Options struct {
	Redact   bool // names
	NoPrices bool // prices, too
	Version  string
}

// Manifest says what a pack is.
type Manifest struct {
	Schema   int    `json:"schema"` // 1
	Version  string `json:"version"`
	Redacted bool   `json:"redacted"`
	NoPrices bool   `json:"no_prices"`
	Seed     int64  `json:"seed"`
	Original Word   `json:"original"` // what the report said
	Packed   Word   `json:"packed"`   // what the packed run says
	// Same tells that the packed run violates what the report says.
	Same   bool   `json:"same"`
	Masked int    `json:"masked"` // card numbers that were cut down to four digits
	Files  []File `json:"files"`
}

// Word is what a run says.
type Word struct {
	Verdict  string   `json:"verdict"`
	Violated []string `json:"violated,omitempty"`
	Digest   string   `json:"digest"`
	Version  string   `json:"version"`
}

// File is one file of a pack.
type File struct {
	Name   string `json:"name"`
	Size   int    `json:"size"`
	SHA256 string `json:"sha256"`
}

func wordOf(r report.Result) Word {
	w := Word{Verdict: r.Verdict, Digest: r.Digest, Version: r.Version}
	for _, i := range r.Invariants {
		if i.Verdict == "violated" {
			w.Violated = append(w.Violated, i.ID)
		}
	}
	return w
}

// Pack writes a pack of an evidence folder.
func Pack(ctx context.Context, path string, to io.Writer, o Options) (*Manifest, error) {
	w, err := report.Load(path)
	if err != nil {
		return nil, err
	}
	m := &Manifest{Schema: 1, Version: o.Version, Redacted: o.Redact, NoPrices: o.NoPrices, Seed: w.Plan.Seed, Original: wordOf(w.Result)}
	m.Packed = m.Original
	if o.Redact || o.NoPrices {
		dir, err := os.MkdirTemp("", "stormrig-pack-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		if path, err = replayRenamed(ctx, w, dir, o); err != nil {
			return nil, err
		}
		again, err := report.Load(path)
		if err != nil {
			return nil, err
		}
		m.Packed = wordOf(again.Result)
	}
	m.Same = slices.Equal(m.Original.Violated, m.Packed.Violated)
	return m, m.write(path, to)
}

// replayRenamed plays the run without its names and returns its folder.
func replayRenamed(ctx context.Context, w *report.Written, dir string, o Options) (string, error) {
	file, plan := rename(w.Scenario, w.Plan, o.NoPrices)
	sc, err := spec.Parse(file.Scenario+".yaml", file.YAML(), nil)
	if err != nil {
		return "", fmt.Errorf("the scenario without its names is wrong: %w", err)
	}
	b, err := play.Play(ctx, play.Job{Scenario: sc, Seed: plan.Seed, Plan: &plan, Command: "run", Version: o.Version,
		Line: "stormrig replay PACK", Evidence: play.Full, Out: filepath.Join(dir, "packed")})
	if err != nil {
		return "", err
	}
	return b.Result.Out, nil
}

func (m *Manifest) write(path string, to io.Writer) error {
	files := make(map[string][]byte)
	for _, name := range packed {
		text, err := os.ReadFile(filepath.Join(path, name))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return fmt.Errorf("packing: %w", err)
		}
		if name == report.FileResult {
			text = withoutPaths(text)
		}
		text, n := mask(text)
		m.Masked += n
		sum := sha256.Sum256(text)
		m.Files = append(m.Files, File{name, len(text), hex.EncodeToString(sum[:])})
		files[name] = text
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("packing: %w", err)
	}
	z := zip.NewWriter(to)
	put := func(name string, text []byte) error {
		out, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate}) // no time: the same run gives the same pack
		if err != nil {
			return err
		}
		_, err = out.Write(text)
		return err
	}
	if err := put(FileManifest, append(text, '\n')); err != nil {
		return fmt.Errorf("packing: %w", err)
	}
	for _, f := range m.Files {
		if err := put(f.Name, files[f.Name]); err != nil {
			return fmt.Errorf("packing %s: %w", f.Name, err)
		}
	}
	return z.Close()
}

// withoutPaths takes out of a result where on somebody's machine it was.
func withoutPaths(text []byte) []byte {
	var r map[string]json.RawMessage
	if json.Unmarshal(text, &r) != nil {
		return text
	}
	r["out"] = json.RawMessage(`""`)
	delete(r, "replay")
	out, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return text
	}
	return append(out, '\n')
}

// most is how large a file of a pack may be when it is opened.
const most = 256 << 20

// ErrPack is wrapped by every error of Open that is the file's fault.
var ErrPack = errors.New("not a pack of stormrig")

// Open unpacks a pack into a new folder below dir and returns the folder: an
// evidence folder that replay takes. Every file must be what the manifest says.
func Open(path, dir string) (string, *Manifest, error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w: %w", path, ErrPack, err)
	}
	defer z.Close()
	files := make(map[string][]byte)
	for _, f := range z.File {
		if f.Name != FileManifest && !slices.Contains(packed, f.Name) {
			return "", nil, fmt.Errorf("%s: %w: it holds %q", path, ErrPack, f.Name)
		}
		text, err := content(f)
		if err != nil {
			return "", nil, fmt.Errorf("%s: %w: %s: %w", path, ErrPack, f.Name, err)
		}
		files[f.Name] = text
	}
	m := new(Manifest)
	if err := json.Unmarshal(files[FileManifest], m); err != nil || m.Schema != 1 {
		return "", nil, fmt.Errorf("%s: %w: it has no manifest that this build reads", path, ErrPack)
	}
	to := filepath.Join(dir, strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)))
	if err := os.MkdirAll(to, 0o755); err != nil {
		return "", nil, err
	}
	for _, f := range m.Files {
		sum := sha256.Sum256(files[f.Name])
		if hex.EncodeToString(sum[:]) != f.SHA256 || !slices.Contains(packed, f.Name) {
			return "", nil, fmt.Errorf("%s: %w: %s is not what the manifest says", path, ErrPack, f.Name)
		}
		if err := os.WriteFile(filepath.Join(to, f.Name), files[f.Name], 0o644); err != nil {
			return "", nil, err
		}
	}
	return to, m, nil
}

func content(f *zip.File) ([]byte, error) {
	in, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	var b bytes.Buffer
	if n, err := io.Copy(&b, io.LimitReader(in, most+1)); err != nil {
		return nil, err
	} else if n > most {
		return nil, fmt.Errorf("larger than %d MB", most>>20)
	}
	return b.Bytes(), nil
}
