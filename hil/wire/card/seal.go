package card

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// BaseKey is the secret of the card host from which it derives the key of any
// reader (what DUKPT calls the base derivation key).
type BaseKey [32]byte

// HeadKey is the secret inside one reader's head.
type HeadKey [32]byte

// HeadKey derives the key of the reader with this serial: HMAC-SHA256.
func (b BaseKey) HeadKey(serial string) HeadKey {
	mac := hmac.New(sha256.New, b[:])
	mac.Write([]byte("stormrig head"))
	mac.Write([]byte(serial))
	return HeadKey(mac.Sum(nil))
}

// ErrSealed is what every refused sealed track's error wraps.
var ErrSealed = errors.New("card: sealed track does not open")

// counterLen is the counter in clear that stands before the encrypted track.
const counterLen = 8

// Seal encrypts a track as a head does. It stands in for DUKPT (ANSI X9.24-3):
// every counter value has a key of its own, HMAC-SHA256 of the head key, used
// once, with AES-128-GCM; serial and counter are authenticated. The result is
// the counter (8 bytes, high byte first), the encrypted track and a tag of 16
// bytes. A head must never use a counter twice, whatever else it forgets.
func Seal(key HeadKey, serial string, counter uint64, track string) []byte {
	aead := gcm(key, counter)
	out := binary.BigEndian.AppendUint64(make([]byte, 0, counterLen+len(track)+aead.Overhead()), counter)
	// One key, one message: a fixed nonce is safe, and nothing random is needed.
	nonce := make([]byte, aead.NonceSize())
	return aead.Seal(out, nonce, []byte(track), bound(serial, counter))
}

// Open decrypts what Seal made, and tells the counter so that a host can
// refuse one that it has seen. Errors wrap ErrSealed.
func Open(key HeadKey, serial string, sealed []byte) (track string, counter uint64, err error) {
	if len(sealed) < counterLen {
		return "", 0, fmt.Errorf("%w: %d bytes are too few", ErrSealed, len(sealed))
	}
	counter = binary.BigEndian.Uint64(sealed)
	aead := gcm(key, counter)
	nonce := make([]byte, aead.NonceSize())
	text, err := aead.Open(nil, nonce, sealed[counterLen:], bound(serial, counter))
	if err != nil {
		return "", 0, fmt.Errorf("%w: altered, cut, or from another head than %q", ErrSealed, serial)
	}
	return string(text), counter, nil
}

// gcm makes the cipher of one counter value. Neither constructor can fail: the
// key's length is fixed.
func gcm(key HeadKey, counter uint64) cipher.AEAD {
	mac := hmac.New(sha256.New, key[:])
	mac.Write(binary.BigEndian.AppendUint64([]byte("stormrig track"), counter))
	block, err := aes.NewCipher(mac.Sum(nil)[:16])
	if err != nil {
		panic("card: AES refuses a 16 byte key: " + err.Error())
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic("card: GCM refuses AES: " + err.Error())
	}
	return aead
}

func bound(serial string, counter uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte(serial), counter)
}
