package stormrig_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEveryPackageHasALayer holds the table of ARCHITECTURE.md against the rows
// of arrows: whoever makes a package says where it stands.
func TestEveryPackageHasALayer(t *testing.T) {
	text, err := os.ReadFile("ARCHITECTURE.md")
	require.NoError(t, err)
	_, table, ok := strings.Cut(string(text), "\n## Layers\n")
	require.True(t, ok)
	table, _, _ = strings.Cut(table, "\n## ")
	layers := layersIn(table)
	for _, row := range arrows {
		if row.pkg != "." && !strings.HasSuffix(row.pkg, "test") {
			assert.True(t, inTree(row.pkg, layers), "%s has no place in the table of layers of ARCHITECTURE.md", row.pkg)
		}
	}
	assert.True(t, inTree("pos/payment/iso", layers))
	assert.False(t, inTree("pos/payment/cellar", layers), "the table would let everything pass")
}

// layersIn lists the packages in the second column, with a{b,c} as ab and ac.
func layersIn(table string) string {
	var out []string
	for _, line := range strings.Split(table, "\n") {
		cells := strings.Split(line, "|")
		if len(cells) < 3 {
			continue
		}
		for _, m := range regexp.MustCompile("`([^`{]+)(?:{([^}]+)})?`").FindAllStringSubmatch(cells[2], -1) {
			for _, rest := range strings.Split(m[2], ",") {
				out = append(out, m[1]+rest)
			}
		}
	}
	return strings.Join(out, " ")
}
