package play_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// assertContract holds every name in a JSON object, with the type of its
// value, against a golden list. A name may be added to the list, never
// changed or taken away.
func assertContract(t *testing.T, golden string, body []byte) {
	t.Helper()
	var v any
	require.NoError(t, json.Unmarshal(body, &v))
	names := map[string]bool{}
	collect(names, "", v)
	got := strings.Join(slices.Sorted(maps.Keys(names)), "\n") + "\n"
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

func collect(names map[string]bool, path string, v any) {
	if path == ".plan.faults[]" {
		return // which of a fault's particulars are there depends on the plan
	}
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			collect(names, path+"."+k, x)
		}
	case []any:
		for _, x := range v {
			collect(names, path+"[]", x)
		}
		if len(v) == 0 {
			names[path+"[]"] = true
		}
	default:
		names[fmt.Sprintf("%s %T", path, v)] = true
	}
}
