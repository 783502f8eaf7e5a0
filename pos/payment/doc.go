// Package payment holds the rules of card payments that a till decides by
// while the card host cannot be reached, and what the host's answers mean. It
// has pure functions on values only; what is decided with them becomes durable
// in the journal, and the messages are made in pos/payment/iso.
//
// # Two kinds of offline payment, never mixed
//
// In an offline EMV payment card and terminal decide together. In
// store-and-forward the till approves on the shop's own risk and the issuer
// decides later. A magnetic stripe can only be the latter, so that is all this
// package knows; many schemes refuse it, and a shop that wants none sets its
// caps below zero ([Policy]).
//
// # A payment's states
//
//	state            entered by                          durable before that         after a power cut
//	draft            the cart is charged                 -                           nothing happened
//	intent-durable   the charge is committed             intent, key, STAN           ask the dongle
//	at-dongle        the amount left for the dongle      intent                      ask the dongle; silent: block it,
//	                                                                                 reversal pending
//	approved-online  host: approved                      intent                      repeat the request (0101)
//	approved-saf     till: stored within the caps        vault file                  committed, or never happened
//	declined         host or caps: no                    the result                  closed
//	cancelled        nothing was or will be taken        the result                  closed
//	unknown          time-out, lost reader               intent                      ask the dongle, then the host
//	status-query     dongle and host are asked           intent                      ask again
//	not-found        the reader holds nothing            intent                      see below
//	committed        one durable write: tender, sale,    all of it                   the sale is done; its print and
//	                 receipt number, stock, print order                              drawer orders say what was in flight
//	forwarding       a deferred request was sent         the queue entry             send again as a repeat
//	renumbered       host: 94, and no word on what it       the same, with the reversal reverse the first, then
//	                 did with the first                                              forward once more
//	settled          host: approved for good             the result, then the        closed
//	                                                     vault file is removed
//	declined-later   host: no, after the sale            the same                    a receivable and an alert; the sale stays
//	expired          too old to be sent                  the same                    a receivable and an alert; the sale stays
//	reversal-pending an advice (0420) is queued          the advice                  repeat to acknowledgement
//	reversed         the host acknowledged it            the acknowledgement         closed
//
// A card terminal authorises by itself; its payments never come to this package
// but for the words of a decline:
//
//	at-dongle        the amount left for the terminal    intent                      ask the terminal
//	approved         terminal: approved                  intent                      ask the terminal: it may have undone it
//	committed        one durable write: result, tender,  all of it                   ask the terminal: it waits -> confirm,
//	                 sale, order to confirm                                          undone -> an exception, the sale stays
//	unsold           terminal: approved, and the till    the order to undo           the order again, until it says that it did
//	                 had given up
//	unknown          terminal silent                     the order to undo           the same; no other payment before
//
// 'Not found' closes a payment only if the reader proves that it did not
// restart in between and the request is cancelled: a rebooted reader says 'not
// found' while the host approved. Otherwise the host is asked and a reversal
// queued. Receipts have no state here: the order to print is part of the write
// that commits.
//
// # Limits
//
// Limits per payment, in total and in number are decided in the write that
// stores ([Policy.MayStore]), so that no two decisions can both be the last
// that fits. Age is decided at forwarding ([Policy.Judge]), with the quality
// of both clocks: an age that cannot be known never expires a payment.
package payment
