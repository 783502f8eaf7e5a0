package main

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"stormrig/hil/certify"
)

// certified is the JSON of an examination.
type certified struct {
	*certify.Record
	Schema      *int   `json:"schema,omitempty"` // stands once, at the beginning
	Certificate string `json:"certificate"`      // file; empty without a key
	Signer      string `json:"signer"`
	Out         string `json:"out"`
}

func (a *app) sayRecord(r *certify.Record, out certify.Folder, key ed25519.PrivateKey, asJSON bool) error {
	c := certified{Record: r, Out: string(out)}
	if key != nil {
		c.Certificate = filepath.Join(string(out), certify.CertificateFile)
		c.Signer = certify.KeyText(key.Public().(ed25519.PublicKey))
	}
	if asJSON {
		return a.printJSON("certify", c)
	}
	p := &printer{w: a.Stdout}
	grade := ""
	switch {
	case r.Grade != "":
		grade = ", grade " + string(r.Grade)
	case r.Class == certify.Printer:
		grade = ", not graded"
	}
	p.line("\n%s: %s%s\n", words(string(r.Class), r.Claim.Model), r.Verdict, grade)
	for _, s := range r.Says {
		p.line("%s\n", s)
	}
	p.line("page         %s\n", filepath.Join(string(out), certify.PageFile))
	if key == nil {
		p.line("not signed   --key FILE signs it (openssl genpkey -algorithm ed25519 -out key.pem)\n")
		return p.err
	}
	p.line("certificate  %s\nsigner       %s\ncheck it     stormrig certify verify %s --trust %s\n", c.Certificate, c.Signer, c.Certificate, c.Signer)
	return p.err
}

func (a *app) certifyVerify() *cobra.Command {
	var trust string
	asJSON := false
	cmd := &cobra.Command{
		Use:   "verify FILE",
		Short: "Check a certificate, offline",
		Long: `Check that a certificate is signed by the key that you trust and was not changed
since, and that the evidence beside it is what it was. Exit code 1 where it is
not, 3 where evidence is not beside it.

--trust is a key file (PEM), or the key as certificates name it (ed25519:...).`,
		Example: "  stormrig certify verify certificate.json --trust ed25519:...",
		Args:    exactly("FILE"),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.verifyCertificate(args[0], trust, asJSON)
		},
	}
	cmd.Flags().StringVar(&trust, "trust", "", "the key that you trust")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func (a *app) verifyCertificate(file, trust string, asJSON bool) error {
	if trust == "" {
		return usage("--trust ed25519:... or a key file", "whose signature do you trust? --trust is missing")
	}
	text := []byte(trust)
	if p, err := os.ReadFile(trust); err == nil {
		text = p
	}
	key, err := certify.ParseTrust(text)
	if err != nil {
		return usage("", "--trust: %w", err)
	}
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return usage("stormrig certify verify "+filepath.Join(file, certify.CertificateFile), "%s is a folder: name the certificate in it", file)
	}
	envelope, err := os.ReadFile(file)
	if err != nil {
		return usage("", "%w", err)
	}
	r, err := certify.Verify(envelope, key)
	switch {
	case errors.Is(err, certify.ErrChanged):
		return &Exit{Code: Violated, Err: fmt.Errorf("%s: %w", file, err), Hint: "believe nothing of it; ask whoever you trust for the certificate as it was signed"}
	case errors.Is(err, certify.ErrUntrusted):
		return &Exit{Code: Violated, Err: fmt.Errorf("%s: %w", file, err), Hint: "if that is who examined the device, have them name their key by another way, and --trust that"}
	case err != nil:
		return usage("", "%s: %w", file, err)
	}
	changed, missing := heldAgainst(&r, filepath.Dir(file))
	if asJSON {
		err = a.printJSON("certify verify", map[string]any{"class": r.Class, "identity": r.Identity, "claim": r.Claim, "grade": r.Grade, "verdict": r.Verdict,
			"emulated": r.Emulated, "signer": certify.KeyText(key), "changed": changed, "missing": missing})
	} else {
		p := &printer{w: a.Stdout}
		p.line("%s: %s, examined %s\nsigned by %s\n", words(string(r.Class), r.Claim.Maker, r.Claim.Model),
			words(string(r.Verdict), string(r.Grade)), r.Examined, certify.KeyText(key))
		for _, s := range r.Says {
			p.line("%s\n", s)
		}
		err = p.err
	}
	switch {
	case err != nil:
	case len(changed) > 0:
		err = &Exit{Code: Violated, Err: fmt.Errorf("the evidence was changed since: %v", changed)}
	case len(missing) > 0:
		err = &Exit{Code: Stalled, Err: fmt.Errorf("the signature holds, and %d of %d pieces of evidence are not beside it: %v", len(missing), len(r.Evidence), missing),
			Hint: "ask for the whole folder of the examination"}
	}
	return err
}

// words joins what is known.
func words(parts ...string) string {
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

// heldAgainst compares the evidence beside a certificate with its hashes.
func heldAgainst(r *certify.Record, dir string) (changed, missing []string) {
	for _, e := range r.Evidence {
		p, err := os.ReadFile(filepath.Join(dir, filepath.Base(e.Name)))
		switch {
		case err != nil:
			missing = append(missing, e.Name)
		case certify.ExhibitOf(e.Name, p) != e:
			changed = append(changed, e.Name)
		}
	}
	return changed, missing
}
