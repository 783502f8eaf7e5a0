package certify_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"stormrig/hil/certify"
)

func TestLearnedIsSaidInWords(t *testing.T) {
	for want, v := range map[string]any{
		"yes": true, "no": false, "none": []string{}, "raster, columns": []string{"raster", "columns"},
		"0:PC437, 2:PC850, 13:PC857": map[int]string{13: "PC857", 0: "PC437", 2: "PC850"}, "350ms": "350ms", "4096": 4096,
	} {
		assert.Equal(t, want, certify.Learned{Value: v}.Words())
	}
}
