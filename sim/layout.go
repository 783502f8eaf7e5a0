package sim

import (
	"fmt"
	"time"

	"stormrig/sim/link"
)

// Config is what a world is besides its things.
type Config struct {
	// Seed decides everything that is drawn.
	Seed int64
	// EpochWall is the true wall clock at world time 0, in ns since 1970.
	EpochWall int64
	// Start is the world time at which the world begins (often negative:
	// the shop opens at 0, its machines are switched on before).
	Start time.Duration
}

// Layout is what is in a world and how it is wired. It does not change while
// the world runs.
type Layout struct {
	Sources []Source
	Units   []Spec
	Cables  []Cable
	Links   []Link
}

// Source is a thing that gives power and does nothing else: the mains, a power
// bank.
type Source struct {
	Name   string
	Supply Supply
}

// Supply is how a unit or a source gets its power. The zero Supply never fails
// by itself (an operation can still cut it).
type Supply struct {
	// From names the source, or the unit whose USB port it hangs on (which
	// then must be running); empty for none.
	From string
	// Battery is the running time of a full battery; 0 for none. With a
	// From, it carries the unit when that fails.
	Battery time.Duration
	// Missing is what the battery lacks at the start.
	Missing time.Duration
	// Charge is the time for a full charge from From; 0: it never charges.
	Charge time.Duration
	// DiesBelow is the voltage at From, in permille of the nominal one, below
	// which the unit dies unless its battery carries it. In a sag the unit
	// with the greatest number (the weakest) dies first.
	DiesBelow int
	// Hand: when power comes back somebody has to switch the unit on.
	// Otherwise it starts by itself.
	Hand bool
	// After is the time from power to start, by the hand or by itself. A
	// negative After: only SwitchOn starts it.
	After time.Duration
}

// Spec is one unit and its surroundings.
type Spec struct {
	Name   string
	Unit   Unit
	Supply Supply
	Clock  Clock
	// Act is how long a computer's software takes from its last disk
	// operation until its outputs leave. Devices and people act at once, since
	// what they did cannot be taken back when power fails before their outputs
	// leave; they place their own delays with WakeAt.
	Act time.Duration
	// StartAt is when the unit is first switched on, if later than
	// Config.Start.
	StartAt time.Duration
}

// End is one end of a wire.
type End struct {
	Unit string
	Port string // as the unit's machine calls it
}

// Cable is a byte port between two units, full duplex. Only the host side
// opens it: a device is there when it is plugged in and has power.
type Cable struct {
	Name         string
	Host, Device End
	PerByte      time.Duration // 1042 us at 9600 baud
	Latency      time.Duration
	// Packet is the size of a radio packet: of a broken transfer only whole
	// packets have arrived. 0 or 1: every byte counts.
	Packet    int
	Unplugged bool // at the start
}

// Link is a network link; messages go whole or not at all, unless the connection
// breaks inside one (Sever). Either side opens it.
type Link struct {
	Name  string
	A, B  End
	State link.State
	// Via names units (routers) without whose power the link is down.
	Via []string
	// Notices: the ends find out when a router on the way loses power.
	Notices bool
}

// topology is a Layout with its names looked up. It never changes once made,
// so that copies of a world share it.
type topology struct {
	cfg     Config
	specs   []Spec // without their Unit
	sources []Source
	cables  []Cable
	links   []Link
	units   map[string]int
	nodes   map[string]int // units first, then sources
	wires   map[string]wireRef
	ports   [][]portRef   // by unit
	cabled  [][]portRef   // by unit: its cable ends
	linked  [][]portRef   // by unit: its link ends
	ends    [][2]int      // by cable: the unit at each side
	linkEnd [][2]int      // by link: the unit at each side
	feeds   []int         // by node: the node that feeds it, -1 for none
	via     map[int][]int // by unit: links that pass through it
}

type wireRef struct {
	link  bool
	index int
}

// portRef is a port of a unit: which side of which wire.
type portRef struct {
	port string
	wireRef
	side int
}

// Sides of a cable; those of a link are 0 for A and 1 for B.
const (
	sideHost   = 0
	sideDevice = 1
)

func newTopology(cfg Config, l Layout) (*topology, error) {
	t := &topology{
		cfg: cfg, sources: l.Sources, cables: l.Cables, links: l.Links,
		units: map[string]int{}, nodes: map[string]int{}, wires: map[string]wireRef{}, via: map[int][]int{},
		ports: make([][]portRef, len(l.Units)), cabled: make([][]portRef, len(l.Units)), linked: make([][]portRef, len(l.Units)),
	}
	for i, s := range l.Units {
		if s.Unit == nil {
			return nil, fmt.Errorf("sim: unit %q has no Unit", s.Name)
		}
		if err := t.nameNode(s.Name); err != nil {
			return nil, err
		}
		t.units[s.Name] = i
		s.Unit = nil
		t.specs = append(t.specs, s)
	}
	for _, s := range l.Sources {
		if err := t.nameNode(s.Name); err != nil {
			return nil, err
		}
	}
	if err := t.wire(); err != nil {
		return nil, err
	}
	return t, t.feed()
}

func (t *topology) nameNode(name string) error {
	if _, taken := t.nodes[name]; taken || name == "" {
		return fmt.Errorf("sim: two things are called %q, or one has no name", name)
	}
	t.nodes[name] = len(t.nodes)
	return nil
}

// wire looks up both ends of every cable and link.
func (t *topology) wire() error {
	for i, c := range t.cables {
		ends, err := t.plug(c.Name, wireRef{false, i}, c.Host, c.Device)
		if err != nil {
			return err
		}
		t.ends = append(t.ends, ends)
	}
	for i, l := range t.links {
		ends, err := t.plug(l.Name, wireRef{true, i}, l.A, l.B)
		if err != nil {
			return err
		}
		t.linkEnd = append(t.linkEnd, ends)
		for _, name := range l.Via {
			u, ok := t.units[name]
			if !ok {
				return fmt.Errorf("sim: link %q goes via %q, which is no unit", l.Name, name)
			}
			t.via[u] = append(t.via[u], i)
		}
	}
	return nil
}

func (t *topology) plug(name string, ref wireRef, ends ...End) ([2]int, error) {
	var at [2]int
	if _, taken := t.wires[name]; taken || name == "" {
		return at, fmt.Errorf("sim: two wires are called %q, or one has no name", name)
	}
	t.wires[name] = ref
	for side, e := range ends {
		u, ok := t.units[e.Unit]
		if !ok {
			return at, fmt.Errorf("sim: wire %q ends at %q, which is no unit", name, e.Unit)
		}
		for _, p := range t.ports[u] {
			if p.port == e.Port {
				return at, fmt.Errorf("sim: port %q of %q has two wires", e.Port, e.Unit)
			}
		}
		p := portRef{e.Port, ref, side}
		at[side] = u
		t.ports[u] = append(t.ports[u], p)
		if ref.link {
			t.linked[u] = append(t.linked[u], p)
		} else {
			t.cabled[u] = append(t.cabled[u], p)
		}
	}
	return at, nil
}

// feed looks up what feeds each node.
func (t *topology) feed() error {
	t.feeds = make([]int, len(t.nodes))
	for i := range t.feeds {
		t.feeds[i] = -1
		from := t.supply(i).From
		if from == "" {
			continue
		}
		n, ok := t.nodes[from]
		if !ok || n == i {
			return fmt.Errorf("sim: %q draws power from %q, which is no other unit or source", t.nodeName(i), from)
		}
		t.feeds[i] = n
	}
	return nil
}

// supply returns the supply of a node.
func (t *topology) supply(node int) Supply {
	if node < len(t.specs) {
		return t.specs[node].Supply
	}
	return t.sources[node-len(t.specs)].Supply
}

func (t *topology) nodeName(node int) string {
	if node < len(t.specs) {
		return t.specs[node].Name
	}
	return t.sources[node-len(t.specs)].Name
}

// port finds a unit's port by name. Units have few ports.
func (t *topology) port(unit int, name string) (portRef, bool) {
	for _, p := range t.ports[unit] {
		if p.port == name {
			return p, true
		}
	}
	return portRef{}, false
}
