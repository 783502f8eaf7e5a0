package shrink

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhatComesAgainIsCounted(t *testing.T) {
	assert.Equal(t, []string{"a", "b 3 times", "a", "a", "c"}, counted([]string{"a", "b", "b", "b", "a", "a", "c"}))
}
