package iso

import "fmt"

// Kind says what a message is about.
type Kind string

// The kinds of message. The first three are the words of pos.HostOrder.
const (
	Authorise Kind = "authorise"
	Forward   Kind = "forward"
	Reverse   Kind = "reverse"
	Echo      Kind = "echo"
)

// Reason codes in field 63.
const (
	ReasonCustomer = "4000" // reversal: the customer or cashier cancelled
	ReasonInvalid  = "4020" // reversal: the reply made no sense
	ReasonTimeout  = "4021" // reversal: no reply in time, outcome unknown
	ReasonDeferred = "5206" // authorisation: taken earlier, while offline
)

// defaultRequest and defaultReply are the types sent when a message names none.
func defaultRequest(k Kind) string {
	switch k {
	case Authorise, Forward:
		return "0100"
	case Reverse:
		return "0420"
	case Echo:
		return "0800"
	}
	return ""
}

func defaultReply(k Kind) string {
	switch k {
	case Authorise, Forward:
		return "0110"
	case Reverse:
		return "0430"
	case Echo:
		return "0810"
	}
	return ""
}

// requestKind reads a request's type; deferred tells of the mark in field 63.
func requestKind(mti string, deferred bool) (k Kind, repeat bool, err error) {
	switch mti {
	case "0100", "0101":
		k = Authorise
		if deferred {
			k = Forward
		}
	case "0400", "0401", "0420", "0421":
		k = Reverse
	case "0800", "0801":
		k = Echo
	default:
		return "", false, fmt.Errorf("iso: message type %q is no request of this dialect", mti)
	}
	return k, mti[3] == '1', nil
}

// replyKind reads a reply's type; deferred tells of the mark in field 63.
func replyKind(mti string, deferred bool) (Kind, error) {
	switch mti {
	case "0110":
		if deferred {
			return Forward, nil
		}
		return Authorise, nil
	case "0410", "0430":
		return Reverse, nil
	case "0810":
		return Echo, nil
	}
	return "", fmt.Errorf("iso: message type %q is no reply of this dialect", mti)
}

// IsReply tells from its first bytes whether a message is a reply.
func IsReply(message []byte) bool { return len(message) > 2 && (message[2]-'0')&1 == 1 }
