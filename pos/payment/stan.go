package payment

import (
	"fmt"
	"slices"
)

// maxSTAN is the highest system trace audit number; 000000 is none.
const maxSTAN = 999_999

// lossGap is how many numbers are left out after a loss of journal entries.
const lossGap = 1000

// NextSTAN returns the system trace audit number after last: six digits,
// 999999 followed by 000001. Numbers in use (payments that wait, reversals
// not yet acknowledged) are skipped, however old they are. Apart from those a
// number comes back only after all others, and a till would have to start
// eleven payments a second to need them all in a day.
func NextSTAN(last int, inUse ...string) string {
	for {
		last = last%maxSTAN + 1
		if stan := fmt.Sprintf("%06d", last); !slices.Contains(inUse, stan) {
			return stan
		}
	}
}

// LastSTANAfterLoss returns what a till should take for its last number when
// its journal lost its end: numbers that only the lost entries knew may be in
// the host's books, so some are left out.
func LastSTANAfterLoss(last int) int { return (last + lossGap) % (maxSTAN + 1) }
