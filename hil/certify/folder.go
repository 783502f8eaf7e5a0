package certify

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Files in the folder of an examination.
const (
	stateFile       = "state.json"
	transcriptFile  = "transcript.txt"
	CertificateFile = "certificate.json" // the DSSE envelope
	PageFile        = "certificate.html"
	recordFile      = "record.json" // what was signed, to read
)

// Folder keeps an examination on disk, so that it can go on after any check.
type Folder string

// Resume reads what was done so far; ok is false for a folder without an
// examination. A folder of another device is an error: results of two devices
// make no certificate.
func (f Folder) Resume(want Examination) (ex Examination, ok bool, err error) {
	p, err := os.ReadFile(filepath.Join(string(f), stateFile))
	if errors.Is(err, fs.ErrNotExist) {
		return want, false, nil
	}
	if err != nil {
		return want, false, fmt.Errorf("reading what was done: %w", err)
	}
	if err := json.Unmarshal(p, &ex); err != nil {
		return want, false, fmt.Errorf("%s: not an examination (%w); move it away to begin anew", filepath.Join(string(f), stateFile), err)
	}
	if ex.Class != want.Class || ex.Claim != want.Claim || ex.Emulated != want.Emulated {
		return want, false, fmt.Errorf("%s holds an examination of another device (%s %s on %s); name another folder with --out",
			f, ex.Claim.Maker, ex.Claim.Model, ex.Claim.Transport)
	}
	return ex, true, nil
}

// Make makes the folder.
func (f Folder) Make() error {
	if err := os.MkdirAll(string(f), 0o755); err != nil {
		return fmt.Errorf("the folder of the examination: %w", err)
	}
	return nil
}

// Save writes results and evidence; the state file is replaced whole.
func (f Folder) Save(ex *Examination, s *Session) error {
	if err := f.Make(); err != nil {
		return err
	}
	for _, n := range s.takeNotes() {
		if err := f.write(n.Name, n.Data); err != nil {
			return err
		}
	}
	if err := f.add(transcriptFile, s.takeTranscript()); err != nil {
		return err
	}
	p, err := json.MarshalIndent(ex, "", " ")
	if err != nil {
		return err
	}
	if err := f.write(stateFile+".new", p); err != nil {
		return err
	}
	return os.Rename(filepath.Join(string(f), stateFile+".new"), filepath.Join(string(f), stateFile))
}

// Evidence lists the files that a record is bound to.
func (f Folder) Evidence() (out []Exhibit, err error) {
	entries, err := os.ReadDir(string(f))
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		switch e.Name() {
		case stateFile, CertificateFile, PageFile, recordFile:
			continue
		}
		p, err := os.ReadFile(filepath.Join(string(f), e.Name()))
		if err != nil {
			return nil, err
		}
		out = append(out, ExhibitOf(e.Name(), p))
	}
	return out, nil
}

// Publish writes the record, its page and, with an envelope, the certificate.
func (f Folder) Publish(r *Record, envelope []byte) error {
	p, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	page, err := Page(r)
	if err != nil {
		return err
	}
	if err := errors.Join(f.write(recordFile, p), f.write(PageFile, page)); err != nil {
		return err
	}
	if envelope == nil {
		return nil
	}
	return f.write(CertificateFile, envelope)
}

func (f Folder) write(name string, data []byte) error {
	if err := os.WriteFile(filepath.Join(string(f), name), data, 0o644); err != nil {
		return fmt.Errorf("writing evidence: %w", err)
	}
	return nil
}

func (f Folder) add(name string, data []byte) error {
	file, err := os.OpenFile(filepath.Join(string(f), name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("writing evidence: %w", err)
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Close())
}
