package iso

import (
	"github.com/moov-io/iso8583"
	"github.com/moov-io/iso8583/encoding"
	"github.com/moov-io/iso8583/field"
	"github.com/moov-io/iso8583/padding"
	"github.com/moov-io/iso8583/prefix"
)

// Lengths of the variable fields, and of what is padded to a fixed length.
const (
	MaxTerminal = 8
	MaxMerchant = 15
	MaxAcquirer = 11
	MaxRef      = 40
	MaxSerial   = 40
	MaxSealed   = 512
)

// Values that never change in this dialect.
const (
	processing    = "000000"
	entryMode     = "022"
	conditionCode = "00"
	echoTest      = "301"
)

// Numbers of the fields, as in the package comment.
const (
	fBitmap     = 1
	fProcessing = 3
	fAmount     = 4
	fSent       = 7
	fSTAN       = 11
	fTime       = 12
	fDate       = 13
	fEntry      = 22
	fCondition  = 25
	fAcquirer   = 32
	fRRN        = 37
	fAuth       = 38
	fResponse   = 39
	fTerminal   = 41
	fMerchant   = 42
	fRef        = 48
	fCurrency   = 49
	fSerial     = 61
	fSealed     = 62
	fReason     = 63
	fNetwork    = 70
	fOriginal   = 90
)

// spec is built once and only read afterwards: a message takes its fields from
// it by making new instances.
var spec = &iso8583.MessageSpec{
	Name: "stormrig ISO 8583:1987 ASCII, binary bitmap",
	Fields: map[int]field.Field{
		0:           fixed(4, "message type"),
		fBitmap:     field.NewBitmap(field.NewSpec(8, "bitmap", encoding.Binary, prefix.Binary.Fixed)),
		fProcessing: fixed(6, "processing code"),
		fAmount:     fixed(12, "amount"),
		fSent:       fixed(10, "transmission date and time"),
		fSTAN:       fixed(6, "system trace audit number"),
		fTime:       fixed(6, "local time"),
		fDate:       fixed(4, "local date"),
		fEntry:      fixed(3, "point of service entry mode"),
		fCondition:  fixed(2, "point of service condition code"),
		fAcquirer:   variable(prefix.ASCII.LL, MaxAcquirer, "acquiring institution"),
		fRRN:        fixed(12, "retrieval reference number"),
		fAuth:       fixed(6, "approval code"),
		fResponse:   fixed(2, "response code"),
		fTerminal:   padded(MaxTerminal, "card acceptor terminal"),
		fMerchant:   padded(MaxMerchant, "card acceptor"),
		fRef:        variable(prefix.ASCII.LLL, MaxRef, "payment reference"),
		fCurrency:   fixed(3, "currency"),
		fSerial:     variable(prefix.ASCII.LLL, MaxSerial, "reader head serial"),
		fSealed:     field.NewBinary(field.NewSpec(MaxSealed, "sealed card data", encoding.Binary, prefix.ASCII.LLL)),
		fReason:     variable(prefix.ASCII.LLL, 4, "message reason code"),
		fNetwork:    fixed(3, "network management code"),
		fOriginal:   fixed(42, "original data elements"),
	},
}

func fixed(length int, what string) field.Field {
	return field.NewString(field.NewSpec(length, what, encoding.ASCII, prefix.ASCII.Fixed))
}

func variable(pref prefix.Prefixer, most int, what string) field.Field {
	return field.NewString(field.NewSpec(most, what, encoding.ASCII, pref))
}

func padded(length int, what string) field.Field {
	s := field.NewSpec(length, what, encoding.ASCII, prefix.ASCII.Fixed)
	s.Pad = padding.Right(' ')
	return field.NewString(s)
}
