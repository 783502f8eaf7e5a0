package device

// Action is something that a hand can do to an emulated device.
type Action struct {
	Name string `json:"action"`
	Arg  string `json:"argument,omitempty"` // what Data has to be; empty: nothing
	Says string `json:"says"`
}
