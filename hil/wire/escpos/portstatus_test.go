package escpos

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPortStatus(t *testing.T) {
	for _, c := range []struct {
		b                      PortStatus
		paperOut, sel, trouble bool
		text                   string
	}{
		{0x18, false, true, false, "selected"},
		{0x38, true, true, false, "selected, paper out"},
		{0x20, true, false, true, "not selected, paper out, error"},
		{0x10, false, true, true, "selected, error"},
	} {
		assert.Equal(t, []bool{c.paperOut, c.sel, c.trouble}, []bool{c.b.PaperOut(), c.b.Selected(), c.b.Error()}, "%02x", byte(c.b))
		assert.Equal(t, c.text, c.b.String())
		assert.Equal(t, Status{PaperOut: c.paperOut, Offline: !c.sel, Recoverable: c.trouble}, c.b.Status())
	}
}
