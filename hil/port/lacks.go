package port

import "context"

func dialBLE(context.Context, Spec) (Port, error)      { return nil, ErrLacks }
func dialRFCOMM(context.Context, string) (Port, error) { return nil, ErrLacks }
func openLP(string) (Port, error)                      { return nil, ErrLacks }
func openHIDRaw(string, string) (Port, error)          { return nil, ErrLacks }
func openEvDev(string) (Port, error)                   { return nil, ErrLacks }

// PrinterStatus is the status byte of a printer's driver.
type PrinterStatus byte

// List finds the devices of a kind that are there now.
func List(Kind) ([]Found, error) { return nil, ErrLacks }
