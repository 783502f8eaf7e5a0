package bench_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/certify"
	"stormrig/sim/bench"
	"stormrig/sim/device"
)

// TestLearningGivesTheProfileBack learns every emulated printer without being
// told anything of it but its line; all that was learned is as in its profile.
func TestLearningGivesTheProfileBack(t *testing.T) {
	for _, name := range bench.Profiles(certify.Printer) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := bench.Named(certify.Printer, name)
			require.NoError(t, err)
			learned, _, err := certify.LearnPrinter(d.Bench, certify.Options{XOnXOff: d.Options.XOnXOff, Maker: certify.Documented{DotsPerMM: d.Options.Maker.DotsPerMM}})
			require.NoError(t, err)
			text, err := bench.LearnedProfile("learned", "learned", "", learned)
			require.NoError(t, err)
			// What was not learned comes from a profile that is unlike all of them.
			got, err := device.ParsePrinter("learned", text)
			require.NoError(t, err, "%s", text)
			own, err := device.Text(device.ClassPrinter, name)
			require.NoError(t, err)
			want, err := device.ParsePrinter(name, own)
			require.NoError(t, err)
			for _, l := range learned {
				assert.Equal(t, field(want.Settings, l.Key), field(got.Settings, l.Key), l.Key)
			}
			assert.GreaterOrEqual(t, len(learned), 12)
		})
	}
}

// field is a setting by its key in the file.
func field(p device.PrinterProfile, key string) any {
	v := reflect.ValueOf(p)
	for i := range v.NumField() {
		if tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ","); tag == key {
			return v.Field(i).Interface()
		}
	}
	return "there is no setting " + key
}
