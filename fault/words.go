package fault

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"stormrig/fault/clock"
	"stormrig/fault/network"
	"stormrig/sim"
)

// String says the fault in words: "drop phone in the 2nd write of the commit
// of sale 12, for 20 s". It is for people: the plan has it to the nanosecond.
func (f Fault) String() string {
	return f.What() + " " + f.When.String() + f.Lasting()
}

// Lasting says how long, or by what a hand ends it.
func (f Fault) Lasting() string {
	switch end := hands[f.Args.Undo]; {
	case f.For == 0:
		return ""
	case f.Kind == Device && end != "":
		return fmt.Sprintf(", %s after %s", end, Length(f.For))
	}
	return ", for " + Length(f.For)
}

// hands says what a hand does to a device.
var hands = map[string]string{
	"open-cover": "its cover is opened", "close-cover": "its cover is shut",
	"paper-out": "its paper ends", "paper-in": "its paper is changed", "near-end": "its paper is near its end",
}

// What says what goes wrong and with whom, without when: "phone.printer: its
// cover is opened".
func (f Fault) What() string {
	a := f.Args
	switch f.Kind {
	case Network:
		return "network " + f.Target + ": " + f.onNetwork()
	case Device:
		return f.Target + ": " + a.byHand()
	case Clock:
		return "clock of " + f.Target + ": " + a.onClock()
	case Disk:
		return "disk of " + f.Target + ": " + a.onDisk()
	case Slow:
		return "slow " + f.Target + ": " + Length(a.Delay) + " late"
	case Mute:
		return "mute " + f.Target + ": what it says does not arrive"
	case Deaf:
		return "deaf " + f.Target + ": what it is told does not arrive"
	case Garble:
		return "garble " + f.Target + ": a byte arrives changed"
	case Brownout:
		return fmt.Sprintf("brown-out of %s to %s", f.Target, share(a.Permille))
	}
	return string(f.Kind) + " " + f.Target
}

func (f Fault) onNetwork() string {
	a := f.Args
	way := a.Way
	if from, to, ok := strings.Cut(f.Target, "-"); ok && !strings.ContainsAny(to, "-,") {
		way = map[string]string{"forth": "from " + from + " to " + to, "back": "from " + to + " to " + from}[a.Way]
	}
	switch a.Mode {
	case network.Partition:
		return "nothing passes" + cond(a.Noticed, ", and both ends notice", "")
	case network.OneWay:
		return "nothing passes " + way
	case network.Loss:
		return share(a.Permille) + " of the messages are lost"
	case network.Duplicate:
		return share(a.Permille) + " of the messages come twice"
	case network.Reorder:
		return fmt.Sprintf("%s of the messages come %s late and out of order", share(a.Permille), Length(a.Delay))
	case network.Delay:
		return "each message comes " + Length(a.Delay) + " late"
	case network.Break:
		after := share(a.Permille)
		if a.Count > 0 {
			after = fmt.Sprintf("%d bytes", a.Count)
		}
		return "breaks off after " + after + " of the next message" + cond(way != "", " "+way, "")
	}
	return a.Mode
}

// byHand tells of a hand's action; a task for a person stands in the data as
// JSON.
func (a Args) byHand() string {
	if words := hands[a.Action]; words != "" {
		return words
	}
	var task struct {
		Word string   `json:"word"`
		Args []string `json:"args"`
	}
	switch {
	case json.Unmarshal([]byte(a.Data), &task) == nil && task.Word != "":
		return strings.Join(append([]string{task.Word}, task.Args...), " ")
	case a.Action == "trigger":
		return "reads " + a.Data
	case a.Action == "answer":
		return "answers " + strings.Replace(a.Data, " ", " with ", 1)
	}
	return strings.TrimSpace(a.Action + " " + a.Data)
}

func (a Args) onClock() string {
	switch a.Mode {
	case clock.Jump:
		return cond(a.By < 0, "jumps back by ", "jumps ahead by ") + Length(max(a.By, -a.By))
	case clock.Set:
		return "is set to " + time.Unix(0, a.Wall).UTC().Format("2006-01-02 15:04:05 UTC")
	case clock.Epoch:
		return "is set to 1970"
	case clock.Flat:
		return "its cell is flat, it wakes up in 1970"
	case clock.Drift:
		return fmt.Sprintf("runs %d ppm %s", max(a.PPM, -a.PPM), cond(a.PPM < 0, "slow", "fast"))
	case clock.Right:
		return "is set right"
	}
	return a.Mode
}

func (a Args) onDisk() string {
	next := func(what string) string {
		return cond(a.Count > 1, fmt.Sprintf("the next %d %ss fail", a.Count, what), "the next "+what+" fails")
	}
	switch a.Mode {
	case sim.DiskEIOWrite:
		return next("write")
	case sim.DiskEIOSync:
		return next("sync")
	case sim.DiskFull:
		return cond(a.Count == 0, "is full", fmt.Sprintf("is full after %d bytes more", a.Count))
	case sim.DiskSlow:
		return fmt.Sprintf("is %d times as slow", a.Count)
	case sim.DiskLie:
		return "lies about its syncs"
	}
	return a.Mode
}

// share writes so many in a thousand: "90 %", "33.8 %".
func share(permille int) string {
	return strings.TrimSuffix(fmt.Sprintf("%d.%d", permille/10, permille%10), ".0") + " %"
}

// Length writes a length of time as a person says it, to two places: "3 h 0
// min", "14 s", "228 ms", "3 ns".
func Length(d time.Duration) string {
	switch {
	case d < time.Microsecond:
		return fmt.Sprintf("%d ns", d)
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < 10*time.Millisecond && d%time.Millisecond != 0:
		return fmt.Sprintf("%.1f ms", d.Seconds()*1000)
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes())) + cond(d%time.Minute >= time.Second, fmt.Sprintf(" %d s", int(d.Seconds())%60), "")
	}
	return fmt.Sprintf("%d h", int(d.Hours())) + cond(d%time.Hour >= time.Minute, fmt.Sprintf(" %d min", int(d.Minutes())%60), "")
}

// SinceOpening writes a world time: "opening +4:02:00".
func SinceOpening(d time.Duration) string {
	sign := "+"
	if d < 0 {
		sign, d = "-", -d
	}
	s := int64(d / time.Second)
	return fmt.Sprintf("opening %s%d:%02d:%02d", sign, s/3600, s/60%60, s%60)
}

func cond(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}
