package certify_test

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/certify"
)

func key(n byte) ed25519.PrivateKey {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = n
	return ed25519.NewKeyFromSeed(seed)
}

func pemOf(t *testing.T, kind string, der []byte, err error) []byte {
	t.Helper()
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func record() *certify.Record {
	return &certify.Record{Schema: certify.RecordSchema, Class: certify.Printer, Grade: certify.GradeC,
		Verdict: certify.Pass, Driver: "stormrig", Examined: "2026-07-18"}
}

func TestASignedRecordIsReadBack(t *testing.T) {
	env, err := certify.Sign(record(), key(1))
	require.NoError(t, err)
	back, err := certify.Verify(env, key(1).Public().(ed25519.PublicKey))
	require.NoError(t, err)
	assert.Equal(t, *record(), back)
}

func TestTheSignatureIsDSSE(t *testing.T) {
	env, err := certify.Sign(record(), key(1))
	require.NoError(t, err)
	var e struct {
		PayloadType, Payload string
		Signatures           []struct{ Keyid, Sig string }
	}
	require.NoError(t, json.Unmarshal(env, &e))
	payload, err := base64.StdEncoding.DecodeString(e.Payload)
	require.NoError(t, err)
	sig, err := base64.StdEncoding.DecodeString(e.Signatures[0].Sig)
	require.NoError(t, err)
	// The pre-authentication encoding, written out from DSSE's text.
	var pae strings.Builder
	pae.WriteString("DSSEv1 41 application/vnd.stormrig.certificate+json ")
	pae.WriteString(json.Number(itoa(len(payload))).String() + " ")
	pae.Write(payload)
	assert.True(t, ed25519.Verify(key(1).Public().(ed25519.PublicKey), []byte(pae.String()), sig))
}

func itoa(n int) string {
	b, _ := json.Marshal(n)
	return string(b)
}

func TestWhatIsNotByTheTrustedKeyIsRefused(t *testing.T) {
	env, err := certify.Sign(record(), key(1))
	require.NoError(t, err)
	trust := key(1).Public().(ed25519.PublicKey)

	_, err = certify.Verify(env, key(2).Public().(ed25519.PublicKey))
	assert.ErrorIs(t, err, certify.ErrUntrusted)
	assert.ErrorContains(t, err, "it is signed by "+certify.KeyText(trust)+", you trust "+certify.KeyText(key(2).Public().(ed25519.PublicKey)))

	var e map[string]any
	require.NoError(t, json.Unmarshal(env, &e))
	better := *record()
	better.Grade = certify.GradeA
	payload, err := better.Encode()
	require.NoError(t, err)
	e["payload"] = base64.StdEncoding.EncodeToString(payload)
	forged, err := json.Marshal(e)
	require.NoError(t, err)
	_, err = certify.Verify(forged, trust)
	assert.ErrorIs(t, err, certify.ErrChanged, "a better grade was written into it")
	assert.Equal(t, 1, strings.Count(err.Error(), "ed25519:"), err)
	_, err = certify.Verify(forged, key(2).Public().(ed25519.PublicKey))
	assert.ErrorIs(t, err, certify.ErrChanged, "who signed it is not proven by its name")
	for who, says := range map[string]string{"[]": "nobody signed it", `[{"keyid":"\u001b[2J","sig":"AAAA"}]`: `names no key as its signer, but "\x1b[2J"`} {
		_, err = certify.Verify([]byte(`{"payloadType":"`+certify.PayloadType+`","payload":"e30=","signatures":`+who+`}`), trust)
		assert.ErrorIs(t, err, certify.ErrUntrusted)
		assert.ErrorContains(t, err, says)
	}
}

func TestForms(t *testing.T) {
	trust := key(1).Public().(ed25519.PublicKey)
	privDER, err := x509.MarshalPKCS8PrivateKey(key(1))
	priv := pemOf(t, "PRIVATE KEY", privDER, err)
	pubDER, err := x509.MarshalPKIXPublicKey(trust)
	pub := pemOf(t, "PUBLIC KEY", pubDER, err)
	for name, text := range map[string][]byte{"text": []byte(certify.KeyText(trust) + "\n"), "public": pub, "private": priv} {
		got, err := certify.ParseTrust(text)
		require.NoError(t, err, name)
		assert.Equal(t, trust, got, name)
	}
	for _, bad := range []string{"", "ed25519:abc", "ssh-ed25519 AAAA", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"} {
		_, err := certify.ParseTrust([]byte(bad))
		assert.Error(t, err, bad)
	}
	_, err = certify.Verify([]byte(`{"payloadType":"text/plain","payload":"","signatures":[]}`), trust)
	assert.ErrorContains(t, err, "text/plain")
	_, err = certify.Verify([]byte("hello"), trust)
	assert.ErrorContains(t, err, "DSSE")
}
