package device_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/sim/device"
)

// Every profile can be read, says what it is, and has the grade that it must
// be given; every setting has a source, or parsing would have failed.
func TestProfilesThatComeWithIt(t *testing.T) {
	assert.GreaterOrEqual(t, len(device.ProfileNames(device.ClassPrinter)), 8)
	assert.GreaterOrEqual(t, len(device.ProfileNames(device.ClassScanner)), 4)
	assert.GreaterOrEqual(t, len(device.ProfileNames(device.ClassReader)), 4)
	grades := map[string]int{}
	for _, name := range device.ProfileNames(device.ClassPrinter) {
		text, err := device.Text(device.ClassPrinter, name)
		require.NoError(t, err)
		p, err := device.ParsePrinter(name, text)
		require.NoError(t, err)
		assert.Equal(t, name, p.Name, "the file is called as the profile")
		assert.NotEmpty(t, p.Title)
		assert.Contains(t, []string{"A", "B", "C"}, p.Grade, name)
		// A grade is what a printer of these abilities can earn at most.
		s := p.Settings
		want := map[bool]string{true: "B", false: "C"}[s.Answers]
		if s.Answers && s.HasCompletion {
			want = "A"
		}
		assert.Equal(t, want, p.Grade, name)
		grades[p.Grade]++
	}
	assert.Len(t, grades, 3, "there is one of each grade")
	for _, name := range device.ProfileNames(device.ClassScanner) {
		text, err := device.Text(device.ClassScanner, name)
		require.NoError(t, err)
		p, err := device.ParseScanner(name, text)
		require.NoError(t, err)
		assert.Equal(t, name, p.Name)
	}
	kinds := map[string]bool{}
	for _, name := range device.ProfileNames(device.ClassReader) {
		text, err := device.Text(device.ClassReader, name)
		require.NoError(t, err)
		p, err := device.ParseReader(name, text)
		require.NoError(t, err)
		assert.Equal(t, name, p.Name)
		kinds[p.Settings.Kind] = true
	}
	assert.Len(t, kinds, 3)
}

func TestProfilesLikeOthers(t *testing.T) {
	p, err := device.ParsePrinter("mine.yaml", []byte("profile: mine\nlike: tm-p60\ndefects: [never-cuts, asb-once]\nsettings: {speed: 70, pages: {2: PC850, 0: PC437}}\nsources: {speed: measured, pages: seen}\n"))
	require.NoError(t, err)
	assert.Equal(t, 70, p.Settings.LineSpeed)
	assert.Equal(t, 384, p.Settings.DotsPerLine, "from tm-p60")
	assert.True(t, p.Settings.Battery, "from tm-p80, which tm-p60 is like")
	assert.Equal(t, 0, p.Settings.Pages[0].N, "in order of their numbers")
	assert.Equal(t, []string{"asb-once", "never-cuts"}, p.Settings.Defects.Names())
}

func TestWrongProfiles(t *testing.T) {
	const good = "profile: mine\nlike: tm-t20\nsettings: {speed: 70}\nsources: {speed: measured}\n"
	for _, c := range []struct{ old, new, says string }{
		{"speed: 70", "speed: 0", "speed: 0 mm/s"},
		{"{speed: 70}", "{sped: 70}", `unknown field "sped"`},
		{"sources: {speed: measured}", "", `setting "speed" has no source`},
		{"tm-t20", "tm-t21", `there is no printer "tm-t21"; there are ble-58`},
		{"profile: mine", "title: mine", "it has no name"},
		{"speed: 70", "pages: {0: PC999}", `there is no code page "PC999"`},
		{"speed: 70}", "flow: maybe}", ""},
		{"like: tm-t20", "like: tm-t20\ndefects: [lies]", `a printer has no defect "lies"`},
		{"settings: {speed: 70}", "settings: [", ""},
		{"speed: 70", "dots: 100", ""},
		{"speed: 70", "images: [raster, holograms]", ""},
	} {
		text := strings.Replace(good, c.old, c.new, 1)
		require.NotEqual(t, good, text)
		_, err := device.ParsePrinter("mine.yaml", []byte(text))
		require.ErrorIs(t, err, device.ErrProfile, c.new)
		assert.ErrorContains(t, err, c.says)
		assert.ErrorContains(t, err, "mine.yaml", c.new)
	}
	_, err := device.ParseReader("r", []byte("profile: r\nsettings: {class: terminal}\nsources: {class: x}\n"))
	require.ErrorContains(t, err, "ack-wait")
	_, err = device.ParseScanner("s", []byte("profile: s\nsettings: {layout: dvorak}\nsources: {layout: x}\n"))
	require.ErrorContains(t, err, "us, de, fr")
}

func TestDefectsAreData(t *testing.T) {
	seen, bits, printers := map[string]bool{}, map[device.Defect]bool{}, 0
	for _, k := range device.KnownDefects() {
		assert.False(t, seen[k.Name], k.Name)
		assert.False(t, bits[k.Defect], k.Name)
		seen[k.Name], bits[k.Defect] = true, true
		assert.NotEmpty(t, k.Breaks)
		assert.NotEmpty(t, k.Says)
		if k.Class == device.ClassPrinter {
			printers++
		}
		d, err := device.DefectNamed(k.Class, k.Name)
		require.NoError(t, err)
		assert.True(t, device.Defects(0).With(d).Has(d))
	}
	assert.GreaterOrEqual(t, printers, 20)
}

func FuzzProfile(f *testing.F) {
	for _, name := range device.ProfileNames(device.ClassPrinter) {
		text, err := device.Text(device.ClassPrinter, name)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := device.ParsePrinter("x", text)
		if err != nil {
			require.ErrorIs(t, err, device.ErrProfile)
			return
		}
		device.NewPrinter(p.Settings)
	})
}
