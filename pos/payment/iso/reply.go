package iso

// Reply is the card host's answer to a Request.
type Reply struct {
	Kind Kind
	// MTI is set by DecodeReply. Encoding uses it when it is not empty, else
	// the kind's own type.
	MTI string

	STAN     string // as asked
	Ref      string // as asked; not in an echo
	Amount   int64  // as asked; not in an echo
	Currency string // as asked; not in an echo
	Terminal string // as asked
	Merchant string // as asked; not in an echo

	Sent     Stamp  // when this message leaves
	RRN      string // twelve characters, the host's own reference; may be empty
	Auth     string // six characters, the approval code; may be empty
	Response string // two characters: "00" approved, "05" declined, ...
}

// AnswerTo returns a reply with all that is taken over from the request.
func AnswerTo(r *Request, response string) Reply {
	return Reply{
		Kind: r.Kind, STAN: r.STAN, Ref: r.Ref, Amount: r.Amount, Currency: r.Currency,
		Terminal: r.Terminal, Merchant: r.Merchant, Response: response,
	}
}

// Encode returns the message's bytes, without a frame.
func (r *Reply) Encode() ([]byte, error) {
	mti := r.MTI
	if mti == "" {
		mti = defaultReply(r.Kind)
	}
	k, err := replyKind(mti, r.Kind == Forward)
	if err != nil {
		return nil, err
	}
	if err := firstError(fits("kind", k == r.Kind, string(r.Kind), "the kind of message type "+mti), r.check()); err != nil {
		return nil, err
	}
	m := newPacker(mti)
	m.set(fSent, string(r.Sent))
	m.set(fSTAN, r.STAN)
	m.set(fResponse, r.Response)
	m.set(fTerminal, r.Terminal)
	if r.Kind == Echo {
		m.set(fNetwork, echoTest)
		return m.pack()
	}
	m.set(fProcessing, processing)
	m.set(fAmount, amountField(r.Amount))
	m.set(fRRN, r.RRN)
	m.set(fAuth, r.Auth)
	m.set(fMerchant, r.Merchant)
	m.set(fRef, r.Ref)
	m.set(fCurrency, CurrencyNumber(r.Currency))
	if r.Kind == Forward {
		m.set(fReason, ReasonDeferred)
	}
	return m.pack()
}

func (r *Reply) check() error {
	err := firstError(
		fits("STAN", stanOK(r.STAN), r.STAN, "six digits, not 000000"),
		fits("terminal", text(r.Terminal, MaxTerminal), r.Terminal, "1 to 8 printable characters"),
		fits("sent", r.Sent.valid(), string(r.Sent), "MMDDhhmmss"),
		fits("response code", text(r.Response, 2) && len(r.Response) == 2, r.Response, "two characters"),
	)
	if err != nil || r.Kind == Echo {
		return err
	}
	return firstError(
		fits("reference", text(r.Ref, MaxRef), r.Ref, "1 to 40 printable characters"),
		fits("amount", r.Amount > 0 && r.Amount <= maxAmount, amountField(r.Amount), "1 to 999999999999 minor units"),
		fits("currency", CurrencyNumber(r.Currency) != "", r.Currency, "an ISO 4217 code"),
		fits("merchant", text(r.Merchant, MaxMerchant), r.Merchant, "1 to 15 printable characters"),
		fits("retrieval reference", r.RRN == "" || text(r.RRN, 12) && len(r.RRN) == 12, r.RRN, "twelve characters"),
		fits("approval code", r.Auth == "" || text(r.Auth, 6) && len(r.Auth) == 6, r.Auth, "six characters"),
	)
}

// DecodeReply reads a message without its frame, as strictly as DecodeRequest.
func DecodeReply(message []byte) (*Reply, error) {
	m, err := unpack(message)
	if err != nil {
		return nil, err
	}
	r := &Reply{
		MTI:      get(m, 0),
		STAN:     get(m, fSTAN),
		Ref:      get(m, fRef),
		Currency: CurrencyCode(get(m, fCurrency)),
		Terminal: get(m, fTerminal),
		Merchant: get(m, fMerchant),
		Sent:     Stamp(get(m, fSent)),
		RRN:      get(m, fRRN),
		Auth:     get(m, fAuth),
		Response: get(m, fResponse),
	}
	if r.Kind, err = replyKind(r.MTI, get(m, fReason) == ReasonDeferred); err != nil {
		return nil, err
	}
	if r.Amount, err = parseAmount(get(m, fAmount)); err != nil {
		return nil, err
	}
	if again, err := r.Encode(); err != nil {
		return nil, err
	} else if err := sameBytes(again, message); err != nil {
		return nil, err
	}
	return r, nil
}
