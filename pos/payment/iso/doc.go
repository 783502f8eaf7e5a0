// Package iso is the till's and the card host's common dialect of ISO 8583:
// which messages there are, which fields they carry, and their bytes. Packing
// is done by github.com/moov-io/iso8583; this package says what goes where and
// refuses what does not fit. It knows nothing of sales or journals.
//
// # Messages
//
//	kind       request      repeat  reply         what it asks for
//	authorise  0100         0101    0110          take the amount from this card, now
//	forward    0100 + mark  0101    0110 + mark   the same for a card that was taken
//	                                              while the host could not be reached
//	reverse    0420 (0400)  0421    0430 (0410)   undo whatever was done for this STAN
//	echo       0800         0801    0810          are you there
//
// The numbering is that of ISO 8583:1987. A repeat differs from its original
// in the last digit of the type and in field 7, and in nothing else: the host
// finds its original by terminal, STAN and reference. A reversal is sent as an
// advice (0420): the host may not refuse it because the original failed or
// never came. Dialects differ in the answer to 0400 (0410 or 0430), so a reply
// of either type is read as a reply to a reversal.
//
// # Fields
//
//	 3  n 6        processing code: 000000, goods and services
//	 4  n 12       amount in minor units of the currency in 49
//	 7  n 10       transmission time, MMDDhhmmss UTC; new in each repeat
//	11  n 6        STAN; a reversal carries its original's, as acquirers ask for
//	12  n 6        time of the payment, hhmmss, and
//	13  n 4        its date, MMDD; UTC like field 7 (the till sends no zone)
//	22  n 3        entry mode: 022, magnetic stripe, terminal cannot take a PIN
//	25  n 2        condition code: 00, customer and card present
//	32  n ..11     acquiring institution
//	37  an 12      retrieval reference number, given by the host
//	38  an 6       approval code
//	39  an 2       response code
//	41  ans 8      terminal
//	42  ans 15     merchant
//	48  ans ...40  reference of the payment: the idempotency key (private use)
//	49  n 3        currency, numeric ISO 4217
//	61  ans ...40  serial of the reader's head, which selects the key (private use)
//	62  b ...512   card data as sealed by the head (private use)
//	63  n ...4     message reason code (private use), see below
//	70  n 3        network management code: 301, echo test
//	90  n 42       original data elements of a reversal: type, STAN,
//	               transmission time, acquirer, forwarder
//
// Card data is never sent in clear: fields 2 (PAN), 14, 35 and 45 (tracks) and
// 52 (PIN) are not in the specification at all, so that a message with one of
// them is refused. The head encrypts, the till carries, the host decrypts.
//
// Field 63 follows schemes that have a message reason code there. It marks a
// deferred authorisation ([ReasonDeferred]; card schemes carry that mark as a
// message reason code too, its number is a matter of the dialect) and gives a
// reversal's reason in the 4000 series of ISO 8583:1993 field 25: 4000
// customer cancellation, 4020 invalid response, 4021 time-out.
//
// In field 90 the subfields that the terminal does not know are zeros, which
// networks allow. (Published: Network International, 'DE 90, original data
// elements'. That a reversal repeats the original's STAN: public notes on Visa
// reversals, field 11 'must be the same as the original'.)
//
// # Framing
//
// On a stream each message follows two bytes of its length, the higher first
// ([AppendFrame], [Frames]). On a network link one write carries one frame.
package iso
