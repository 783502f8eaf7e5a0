package shop

import "stormrig/hil/wire/seat"

// Item is one article in a basket.
type Item struct {
	SKU  string `json:"sku"`
	Code string `json:"code"`
	Qty  int    `json:"qty"`
}

// Basket is one shopper: what he wants and how he pays.
type Basket struct {
	N     int    `json:"n"`
	Items []Item `json:"items"`
	// Track is the card's track 2 (a test card); empty pays cash.
	Track string `json:"track,omitempty"`
	// Voids is how many articles the cashier rings too many and takes out
	// again. Where there are any, he writes amounts in a hurry.
	Voids int `json:"voids,omitempty"`
	// PatienceMS is how long he waits before he walks out.
	PatienceMS int64 `json:"patience_ms"`
}

// Task is something the person at the seat does when no shopper is there.
type Task struct {
	Word string   `json:"word"`
	Args []string `json:"args,omitempty"`
}

// What a cashier does and sees. The rig turns these into deeds and history.
type (
	// StepsUp: the basket is on the counter.
	StepsUp struct{ Basket Basket }
	// Trigger: pull the scanner's trigger on a code.
	Trigger struct {
		Basket int
		Code   string
	}
	// Keyed: a key was pressed.
	Keyed struct {
		Basket int
		Text   string
	}
	// Saw: the display showed a screen.
	Saw struct {
		Basket int
		Screen seat.Screen
	}
	// Dark: the display went out.
	Dark struct{ Basket int }
	// Swipe: the shopper's card goes through the reader.
	Swipe struct {
		Basket int
		Track  string
	}
	// Tear: what hangs out of the printer is torn off, once it does not move.
	Tear struct{}
	// Tendered: money was handed over or a card offered, in minor units.
	Tendered struct {
		Basket int
		Kind   string // "cash", "card"
		Amount int64
	}
	// Rung: the display said that the sale is done.
	Rung struct {
		Basket int
		Number int64
		Amount int64
	}
	// Served: the shopper left with the goods, with or without a receipt.
	Served struct {
		Basket  int
		Number  int64
		Receipt bool
	}
	// Walkout: the shopper left without.
	Walkout struct {
		Basket int
		Why    string
	}
	// Rering: the cashier begins the basket again because the display knows
	// nothing of it.
	Rering struct {
		Basket int
		Why    string
	}
	// RefusedCard: the display said DECLINED.
	RefusedCard struct {
		Basket int
		Why    string
	}
	// Answered: RECEIPT? was answered after a look at the paper.
	Answered struct {
		Basket int
		Number int64
		Yes    bool
	}
	// TaskDone: a task at the seat was answered with a message.
	TaskDone struct {
		Task Task
		Text string
	}
)

// Actions of a cashier, as Input.Action with JSON or text in Data.
const (
	ActBasket = "basket" // Basket as JSON
	ActTask   = "task"   // Task as JSON
	ActPaper  = "paper"  // a piece that came out of the printer: its lines
	ActHangs  = "hangs"  // printed paper hangs out of a printer that has no cutter
)
