package certify

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
)

// PayloadType is the DSSE payload type of a Record: JSON in UTF-8. The
// envelope carries payload and signature in standard base64; what is signed is
// DSSE's pre-authentication encoding of type and payload, by pure Ed25519
// (RFC 8032). Any DSSE verifier can check it.
const PayloadType = "application/vnd.stormrig.certificate+json"

const keyPrefix = "ed25519:"

// ErrUntrusted: no signature is by the trusted key. ErrChanged: a signature is
// there and does not fit what it stands under.
var (
	ErrUntrusted = errors.New("not signed by the key that you trust")
	ErrChanged   = errors.New("changed after it was signed, or forged")
)

// KeyText is a public key as certificates and JSON name it: "ed25519:" and
// the 32 bytes in standard base64.
func KeyText(pub ed25519.PublicKey) string {
	return keyPrefix + base64.StdEncoding.EncodeToString(pub)
}

// ParseTrust reads a trusted key: KeyText's form, or the content of a PEM file
// with a public or a private Ed25519 key (PKIX, PKCS#8).
func ParseTrust(text []byte) (ed25519.PublicKey, error) {
	s := strings.TrimSpace(string(text))
	if rest, ok := strings.CutPrefix(s, keyPrefix); ok {
		raw, err := base64.StdEncoding.DecodeString(rest)
		if err != nil || len(raw) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("a key in text is %q and 44 characters of base64, this is %q", keyPrefix, s)
		}
		return raw, nil
	}
	if priv, err := ParseKey(text); err == nil {
		return priv.Public().(ed25519.PublicKey), nil
	}
	return keyIn[ed25519.PublicKey](text, "neither a key in text (ed25519:...) nor a PEM file", x509.ParsePKIXPublicKey)
}

// ParseKey reads a private key from PEM, PKCS#8, as `openssl genpkey
// -algorithm ed25519` writes it.
func ParseKey(text []byte) (ed25519.PrivateKey, error) {
	return keyIn[ed25519.PrivateKey](text, "no PEM block in the key file; make a key with: openssl genpkey -algorithm ed25519 -out key.pem", x509.ParsePKCS8PrivateKey)
}

// keyIn reads the Ed25519 key of a PEM file; none says that there is no block.
func keyIn[K ed25519.PublicKey | ed25519.PrivateKey](text []byte, none string, parse func([]byte) (any, error)) (K, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New(none)
	}
	found, err := parse(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("PEM block %q: %w", block.Type, err)
	}
	key, ok := found.(K)
	if !ok {
		return nil, fmt.Errorf("the key is a %T, an Ed25519 key is needed", found)
	}
	return key, nil
}

// Sign puts a record in a DSSE envelope.
func Sign(r *Record, key ed25519.PrivateKey) ([]byte, error) {
	payload, err := r.Encode()
	if err != nil {
		return nil, err
	}
	s, err := dsse.NewEnvelopeSigner(signer(key))
	if err != nil {
		return nil, err
	}
	env, err := s.SignPayload(context.Background(), PayloadType, payload)
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(env, "", "  ")
}

// Verify checks an envelope against the one key that is trusted and returns
// the record in it. An error is ErrUntrusted, ErrChanged, or that it is none.
func Verify(envelope []byte, trust ed25519.PublicKey) (Record, error) {
	var env dsse.Envelope
	if err := json.Unmarshal(envelope, &env); err != nil {
		return Record{}, fmt.Errorf("not a DSSE envelope: %w", err)
	}
	if env.PayloadType != PayloadType {
		return Record{}, fmt.Errorf("the envelope holds %q, a certificate is %q", env.PayloadType, PayloadType)
	}
	v, err := dsse.NewEnvelopeVerifier(verifier(trust))
	if err != nil {
		return Record{}, err
	}
	_, payload, err := v.VerifyAndDecode(context.Background(), &env)
	if err != nil {
		return Record{}, refusal(&env, trust)
	}
	return DecodeRecord(payload)
}

// refusal says why an envelope is not trusted: who signed it, where that can be
// told by the key that the envelope names.
func refusal(env *dsse.Envelope, trust ed25519.PublicKey) error {
	if len(env.Signatures) == 0 {
		return fmt.Errorf("%w: nobody signed it", ErrUntrusted)
	}
	said := env.Signatures[0].KeyID
	key, err := ParseTrust([]byte(said))
	if err != nil {
		return fmt.Errorf("%w: it names no key as its signer, but %q; you trust %s", ErrUntrusted, said, KeyText(trust))
	}
	if key.Equal(trust) {
		return fmt.Errorf("%w: it names the key that you trust, %s, and does not bear its signature", ErrChanged, KeyText(key))
	}
	if v, err := dsse.NewEnvelopeVerifier(verifier(key)); err != nil {
		return err
	} else if _, err := v.Verify(context.Background(), env); err != nil {
		return fmt.Errorf("%w: it names %s and does not bear its signature; you trust %s", ErrChanged, KeyText(key), KeyText(trust))
	}
	return fmt.Errorf("%w: it is signed by %s, you trust %s", ErrUntrusted, KeyText(key), KeyText(trust))
}

type signer ed25519.PrivateKey

func (k signer) Sign(_ context.Context, data []byte) ([]byte, error) {
	return ed25519.Sign(ed25519.PrivateKey(k), data), nil
}

func (k signer) KeyID() (string, error) {
	return KeyText(ed25519.PrivateKey(k).Public().(ed25519.PublicKey)), nil
}

type verifier ed25519.PublicKey

func (k verifier) Verify(_ context.Context, data, sig []byte) error {
	if !ed25519.Verify(ed25519.PublicKey(k), data, sig) {
		return errors.New("the signature does not fit")
	}
	return nil
}

func (k verifier) KeyID() (string, error) { return KeyText(ed25519.PublicKey(k)), nil }

func (k verifier) Public() crypto.PublicKey { return ed25519.PublicKey(k) }
