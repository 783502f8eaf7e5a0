package payment

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestClassify(t *testing.T) {
	for class, codes := range map[Class][]string{
		ClassApproved:  {"00", "11"},
		ClassDeclined:  {"01", "04", "05", "07", "14", "21", "25", "33", "41", "43", "51", "54", "55", "57", "61", "62", "65", "77", "N7"},
		ClassLater:     {"19", "91", "92", "96"},
		ClassRefused:   {"03", "12", "13", "30", "58", "63"},
		ClassReverse:   {"08", "10"},
		ClassUnknown:   {"", "06", "68"},
		ClassDuplicate: {"94"},
	} {
		for _, code := range codes {
			assert.Equal(t, class, Classify(code), code)
			assert.NotEmpty(t, Words(code))
		}
	}
	assert.Equal(t, "INSUFFICIENT FUNDS", Words("51"))
	assert.Equal(t, "DECLINED 77", Words("77"))
	assert.Equal(t, "NO ANSWER", Words(""))
}

func TestClassifyReversal(t *testing.T) {
	for code, class := range map[string]Class{
		"00": ClassApproved, "25": ClassApproved, "94": ClassApproved,
		"05": ClassLater, "91": ClassLater, "": ClassLater, "06": ClassLater,
		"12": ClassRefused, "30": ClassRefused,
	} {
		assert.Equal(t, class, ClassifyReversal(code), code)
	}
}
