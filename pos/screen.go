package pos

// Screen is what the seat's display shows: whole, never a difference, so that
// a display that was off shows the truth with the next one. It is redrawn
// after a start. A cashier (simulated or not) knows nothing else of the till,
// therefore the words below are a contract:
//
//	Title     Lines                                        Prompt
//	READY     "LAST SALE 12" (or "NO SALE YET"),           SCAN
//	          "TOTAL PHP 1290.00", "CASH" or "CARD"
//	SALE      "1 Beaded sandals 38 gold abaca",            SCAN OR PAY
//	          "  1 x 1290.00 = 1290.00", two lines each;
//	          last line "TOTAL PHP 1290.00"
//	REFUSED   "NOT ON FILE 4800016641503" or another       as before
//	          reason, then the body as before
//	CARD      "AMOUNT PHP 1290.00"                         PRESENT CARD, WAIT
//	DECLINED  the reason, then the cart as in SALE         SCAN OR PAY
//	DONE      "SALE 12", "TOTAL PHP 1290.00",              NEXT
//	          "CHANGE PHP 10.00" (cash)
//	RECEIPT?  "SALE 12", "IN THE CUSTOMER'S HAND?"         YES OR NO
//	RECEIPTS? "RECEIPTS WAITED: 7", "PRINT THEM NOW?"       YES OR NO
//	MESSAGE   an answer to edit, report, copy, stock       SCAN
//	STOPPED   why the till cannot sell, what to do         -
//
// Prompt tells what the till waits for. DONE and MESSAGE need no key: the next
// scan or command simply begins.
type Screen struct {
	Title  string
	Lines  []string // body, top to bottom
	Prompt string
	Status string // one line: "OFFLINE 12 WAITING", "SYNC 45%", "PAPER OUT", "DRAWER OPEN",
	// "RECEIPTS DROPPED: 3", "NOT PAID: SALE 3, 7; SYNC 45%", "ASK THE BANK: phone-1-4", ""
	Tone string // ToneNone, ToneGood or ToneBad: the sound when it appears
}

// Titles of screens.
const (
	TitleReady    = "READY"
	TitleSale     = "SALE"
	TitleRefused  = "REFUSED"
	TitleCard     = "CARD"
	TitleDeclined = "DECLINED"
	TitleDone     = "DONE"
	TitleReceipt  = "RECEIPT?"
	TitleBacklog  = "RECEIPTS?"
	TitleMessage  = "MESSAGE"
	TitleStopped  = "STOPPED"
)

// Tones of screens.
const (
	ToneNone = ""
	ToneGood = "good"
	ToneBad  = "bad"
)

// Words that may be pressed at the seat, with their arguments:
//
//	cash AMOUNT         pay in cash, AMOUNT handed over ("1500.00")
//	card                pay the rest by card
//	void                give up the cart; void N gives up line N
//	yes, no             answer RECEIPT? or RECEIPTS?
//	item CODE           a barcode typed by hand
//	edit TARGET FIELD VALUE...   change the catalogue (field price or name)
//	copy NUMBER         print a copy of a receipt
//	report x|z          day report
//	settle              what is not paid; settle SALE cash|bank|loss closes one of it
//	look                redraw the screen
const (
	WordCash   = "cash"
	WordCard   = "card"
	WordVoid   = "void"
	WordYes    = "yes"
	WordNo     = "no"
	WordItem   = "item"
	WordEdit   = "edit"
	WordCopy   = "copy"
	WordReport = "report"
	WordSettle = "settle"
	WordLook   = "look"
)
