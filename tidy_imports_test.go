package stormrig_test

import (
	"path"
	"slices"
	"strconv"
	"strings"
)

// arrow says what a package may import besides the standard library. A name
// that ends in /... means the package and all below it.
type arrow struct {
	pkg     string
	module  string // packages of this module
	foreign string // modules of others
	tests   string // packages of this module that its tests may see besides
}

// everything is for those who stand above all others and put them together.
const everything = "fault/... scenarios/... sim/... pos/... hil/..."

// testNeeds is the one package of this module that every test may see: it asks
// for what a machine may lack, and knows nothing of the rest.
const testNeeds = "internal/envtest"

// arrows is the layout as it is built: arrows point one way, down to pos and
// hil/machine. The row that fits best counts; a package without a row is red.
var arrows = []arrow{
	{pkg: "."},
	{pkg: testNeeds},

	// The till. It knows nothing of the harness; its tests may use the disk
	// that loses what was not synced.
	{pkg: "pos"},
	{pkg: "pos/sabotage"},
	{pkg: "pos/store", foreign: "golang.org/x/sys", tests: "pos/store/storetest"},
	{pkg: "pos/store/storetest", module: "pos/store"},
	{pkg: "pos/journal", module: "pos pos/store", tests: "pos/store fault/disk"},
	{pkg: "pos/journal/group", module: "pos pos/journal", tests: "pos/store fault/disk"},
	{pkg: "pos/payment", module: "pos"},
	{pkg: "pos/payment/iso", foreign: "github.com/moov-io/iso8583", tests: "pos"},
	{pkg: "pos/fold", module: "pos pos/payment"},
	{pkg: "pos/engine", module: "pos pos/fold pos/payment pos/sabotage"},
	{pkg: "pos/sync", module: "pos"},
	{pkg: "pos/vault", module: "pos/store", tests: "pos/store fault/disk"},
	{pkg: "pos/book", module: "pos pos/store", foreign: "go.etcd.io/bbolt"},
	{pkg: "pos/till", module: "pos/...", tests: "fault/disk/..."},
	{pkg: "pos/hub", module: "pos/...", tests: "fault/disk/..."},

	// Bytes, and those who speak them.
	{pkg: "hil/machine"},
	{pkg: "hil/wire/card"},
	{pkg: "hil/wire/scan"},
	{pkg: "hil/wire/seat"},
	{pkg: "hil/wire/nmea", foreign: "github.com/adrianmo/go-nmea"},
	{pkg: "hil/wire/escpos", foreign: "golang.org/x/text github.com/boombuler/barcode"},
	{pkg: "hil/wire/escpos/fontgen", foreign: "golang.org/x/image golang.org/x/text"},
	{pkg: "hil/port", foreign: "github.com/pkg/term github.com/godbus/dbus/v5 golang.org/x/sys", tests: "hil/port/..."},
	{pkg: "hil/certify", module: "hil/machine hil/wire/...", foreign: "github.com/secure-systems-lab/go-securesystemslib github.com/makiuchi-d/gozxing", tests: "sim/device"},
	{pkg: "hil/port/porttest", module: "hil/port internal/envtest"},
	{pkg: "hil/pump", module: "hil/machine hil/port", tests: "hil/port hil/port/porttest"},
	{pkg: "hil/certify/storage", module: "pos pos/journal pos/store", tests: "fault/disk/mount/..."},
	{pkg: "hil/certify/live", module: "hil/certify hil/port"},
	{pkg: "hil/rig", module: "hil/driver hil/port hil/wire/scan", foreign: "github.com/goccy/go-yaml github.com/google/jsonschema-go", tests: "hil/port/..."},
	{pkg: "hil/driver", module: "hil/machine hil/wire/... pos pos/payment/iso"},
	{pkg: "hil/station", module: "hil/driver hil/machine pos/..."},

	// The world. It meets the till as bytes; the card host shares the field
	// specification with it, and nothing else.
	{pkg: "sim", module: "hil/machine sim/link", tests: "sim/simtest"},
	{pkg: "sim/history"},
	{pkg: "sim/link", tests: "sim"},
	{pkg: "sim/simtest"},
	{pkg: "sim/device", module: "hil/machine hil/wire/... pos/payment/iso", foreign: "github.com/goccy/go-yaml", tests: "hil/driver pos"},
	{pkg: "sim/emulator", module: "hil/machine hil/port hil/pump hil/wire/card hil/wire/escpos sim/device"},
	{pkg: "sim/peers", tests: "hil/... pos sim/device sim/emulator"},
	{pkg: "sim/testbench", module: "hil/certify hil/machine hil/wire/card hil/wire/escpos sim/device", foreign: "github.com/goccy/go-yaml"},
	{pkg: "sim/acquirer", module: "hil/machine hil/wire/card pos/payment/iso"},
	{pkg: "sim/shop", module: "hil/machine hil/wire/seat sim"},

	// What goes wrong.
	{pkg: "fault", module: "fault/clock fault/network fault/power sim", tests: "hil/machine sim/..."},
	{pkg: "fault/clock", module: "sim"},
	{pkg: "fault/network", module: "sim sim/link"},
	{pkg: "fault/power", module: "sim"},
	{pkg: "fault/disk", module: "pos/store sim", tests: "pos/store pos/store/storetest"},
	{pkg: "fault/disk/mount", module: "fault/disk pos/store sim", foreign: "github.com/hanwen/go-fuse golang.org/x/sys", tests: "fault/disk/mount/mounttest pos/journal pos/store pos/store/storetest"},
	{pkg: "fault/disk/mount/mounttest", module: "fault/disk/mount internal/envtest"},
	{pkg: "fault/disk/capture", module: "pos/book pos/store", foreign: "go.etcd.io/bbolt golang.org/x/sys", tests: "fault/disk pos"},

	// Who judges reads the history and nothing else: a checker that knows the
	// till's types checks the till against itself.
	{pkg: "scenarios/check", module: "sim/history", tests: "scenarios/check/..."},
	{pkg: "scenarios/check/checktest", module: "scenarios/check sim/history"},

	// Putting a day together, playing it, telling of it.
	{pkg: "scenarios/spec", module: "pos", foreign: "github.com/goccy/go-yaml github.com/google/jsonschema-go", tests: "scenarios/files"},
	{pkg: "scenarios/files", module: "pos scenarios/spec"},
	{pkg: "scenarios/importer", module: "pos scenarios/spec", tests: "scenarios/files"},
	{pkg: "scenarios/audit/table", foreign: "golang.org/x/text"},
	{pkg: "scenarios/audit/mapping", module: "scenarios/audit/table"},
	{pkg: "scenarios/audit/books", module: "scenarios/audit/mapping scenarios/audit/table"},
	{pkg: "scenarios/audit/match"},
	{pkg: "scenarios/audit/export", module: "scenarios/check sim/history", tests: "scenarios/..."},
	{pkg: "scenarios/audit", module: "scenarios/audit/books scenarios/audit/mapping scenarios/audit/match scenarios/audit/table scenarios/check sim/history", tests: "scenarios/... fault/... sim/... pos/..."},
	{pkg: "scenarios/incident", module: "fault pos scenarios/audit/books scenarios/audit/table scenarios/check scenarios/importer scenarios/rig scenarios/spec sim/history", tests: "scenarios/... pos/..."},
	{pkg: "scenarios/pack", module: "fault pos scenarios/audit/table scenarios/check scenarios/play scenarios/report scenarios/rig scenarios/spec sim/history", tests: "scenarios/..."},
	{pkg: "scenarios/explain", module: "scenarios/spec", tests: "scenarios/check scenarios/files scenarios/play"},
	{pkg: "scenarios/rig", module: "fault/... hil/... pos/... sim/... scenarios/spec", tests: "scenarios/check scenarios/files"},
	{pkg: "scenarios/live", module: "fault fault/disk/mount fault/network hil/... pos/... sim/... scenarios/rig scenarios/spec", tests: "fault/... scenarios/..."},
	{pkg: "scenarios/report", module: "fault scenarios/check scenarios/explain scenarios/spec sim/history", tests: "scenarios/check scenarios/check/checktest scenarios/files scenarios/play"},
	{pkg: "scenarios/play", module: "fault scenarios/... sim/..."},
	{pkg: "scenarios/explore", module: everything},
	{pkg: "scenarios/coverage", module: "sim/history", tests: "fault fault/clock scenarios/..."},
	{pkg: "scenarios/diff", module: "scenarios/check sim/history", tests: "fault scenarios/... sim sim/history"},
	{pkg: "scenarios/campaign", module: everything},
	{pkg: "scenarios/shrink", module: everything},
	{pkg: "scenarios/corpus", module: "fault scenarios/spec scenarios/report", tests: "scenarios/..."},
	{pkg: "scenarios/prove", module: "fault/disk/capture hil/driver hil/machine hil/wire/card hil/wire/escpos pos/... scenarios/check scenarios/files scenarios/rig scenarios/spec", tests: "fault scenarios/... sim/history"},
	{pkg: "scenarios", tests: everything},

	// Measuring. The heavy peers are a module of their own.
	{pkg: "bench", tests: "bench/load scenarios/..."},
	{pkg: "bench/load", foreign: "github.com/HdrHistogram/hdrhistogram-go"},
	{pkg: "bench/fleet", module: "pos pos/hub pos/journal pos/sync", tests: "fault/disk pos/fold"},
	{pkg: "bench/device", foreign: "golang.org/x/sys"},
	{pkg: "bench/engines", module: "bench/load pos pos/book pos/journal pos/journal/group pos/store", foreign: "go.etcd.io/bbolt"},
	{pkg: "bench/suite", module: "bench/device bench/engines bench/load pos/journal", foreign: "github.com/HdrHistogram/hdrhistogram-go"},
	{pkg: "bench/compare", module: "bench/suite", foreign: "golang.org/x/perf"},
	{pkg: "bench/plot", module: "bench/engines bench/suite", tests: "bench/device"},
	{pkg: "bench/growth", module: "pos scenarios/check scenarios/explore scenarios/play scenarios/report scenarios/spec sim/history", tests: "pos/... scenarios/... sim/..."},
	{pkg: "bench/peers", module: "bench/load pos/journal/group",
		foreign: "modernc.org/sqlite github.com/mattn/go-sqlite3 github.com/cockroachdb/pebble/v2 github.com/dgraph-io/badger/v4"},
	{pkg: "cmd/stormrig", module: "bench/... fault/disk/mount hil/certify/... hil/driver hil/rig hil/wire/scan sim/testbench hil/port scenarios/... sim/device sim/emulator sim/history hil/pump pos pos/journal pos/store hil/station hil/wire/seat pos/engine pos/fold pos/payment pos/hub pos/till", foreign: "github.com/spf13/cobra github.com/spf13/pflag golang.org/x/sys", tests: "fault/disk/mount/mounttest hil/port/porttest"},
}

// proofs are the libraries of tests, with the folder that they are for.
var proofs = []struct{ name, under string }{
	{"testing", ""},
	{"github.com/stretchr/testify", ""},
	{"pgregory.net/rapid", ""},
	{"github.com/rogpeppe/go-internal", ""},
	{"github.com/onsi/ginkgo/v2", "scenarios"},
	{"github.com/onsi/gomega", "scenarios"},
}

// serialOwner is the one package that may import pkg/term, which does not
// compile for Windows.
const serialOwner = "hil/port"

func importRules() []rule {
	return []rule{
		{"imports point one way", goOnly(arrowFindings), []sample{
			{"pos/till/a.go", "package till\n\nimport _ \"stormrig/sim\"\n", 3},
			{"pos/till/a_test.go", "package till\n\nimport _ \"stormrig/hil/driver\"\n", 3},
			{"pos/till/b_test.go", "package till\n\nimport _ \"stormrig/fault/disk\"\n", 0},
			{"pos/till/c.go", "package till\n\nimport _ \"stormrig/fault/disk\"\n", 3},
			{"scenarios/check/a.go", "package check\n\nimport _ \"stormrig/pos\"\n", 3},
			{"scenarios/check/a_test.go", "package check\n\nimport _ \"stormrig/pos\"\n", 3},
			{"sim/shop/a.go", "package shop\n\nimport _ \"stormrig/pos\"\n", 3},
			{"sim/acquirer/a.go", "package acquirer\n\nimport (\n\t_ \"stormrig/pos\"\n\t_ \"stormrig/pos/payment/iso\"\n)\n", 4},
			{"sim/history/a.go", "package history\n\nimport _ \"stormrig/pos\"\n", 3},
			{"hil/machine/a.go", "package machine\n\nimport _ \"golang.org/x/sys/unix\"\n", 3},
			{"pos/book/a.go", "package book\n\nimport _ \"go.etcd.io/bbolt\"\n", 0},
			{"pos/fold/a.go", "package fold\n\nimport _ \"go.etcd.io/bbolt\"\n", 3},
			{"pos/cellar/a.go", "package cellar\n", 1},
		}},
		{"only tests import what tests need", goOnly(proofFindings), []sample{
			{"pos/a.go", "package pos\n\nimport _ \"testing\"\n", 3},
			{"sim/a.go", "package sim\n\nimport _ \"github.com/stretchr/testify/assert\"\n", 3},
			{"fault/a.go", "package fault\n\nimport _ \"pgregory.net/rapid\"\n", 3},
			{"pos/store/storetest/a.go", "package storetest\n\nimport _ \"testing\"\n", 0},
			{"pos/a_test.go", "package pos\n\nimport _ \"github.com/onsi/ginkgo/v2\"\n", 3},
			{"pos/b_test.go", "package pos\n\nimport . \"github.com/onsi/gomega\"\n", 3},
			{"scenarios/a_test.go", "package scenarios\n\nimport . \"github.com/onsi/gomega\"\n", 0},
			{"scenarios/a.go", "package scenarios\n\nimport . \"github.com/onsi/gomega\"\n", 3},
		}},
		{"one package opens serial ports", goOnly(serialFindings), []sample{
			{"hil/driver/a.go", "package driver\n\nimport _ \"github.com/pkg/term\"\n", 3},
			{"hil/port/a.go", "package port\n\nimport _ \"github.com/pkg/term/termios\"\n", 0},
		}},
	}
}

// arrowFindings holds a file's imports against the row of its package.
func arrowFindings(s source) []finding {
	row, ok := rowOf(s.dir())
	if !ok {
		return []finding{s.at(s.file.Package, "give it a row in the table of tidy_imports_test.go, and ARCHITECTURE.md a line",
			"package %s has no row in the table of imports", s.dir())}
	}
	var out []finding
	for _, spec := range s.file.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		own, inside := strings.CutPrefix(name, "stormrig/")
		switch {
		case inside && mayImport(row, own, s.test()):
		case inside:
			out = append(out, s.at(spec.Pos(), "turn the arrow round: define the interface where it is used, or move the code down; the table is in tidy_imports_test.go",
				"%s imports %s", s.dir(), own))
		case foreign(name) && !isProof(name) && !under(name, row.foreign) && !s.test():
			out = append(out, s.at(spec.Pos(), "one library, one owner: use the package that has it, or give this one the right in tidy_imports_test.go",
				"%s imports %s", s.dir(), name))
		}
	}
	return out
}

// rowOf finds the row of a package by its exact path: a new package is a decision.
func rowOf(dir string) (arrow, bool) {
	i := slices.IndexFunc(arrows, func(a arrow) bool { return a.pkg == dir })
	if i < 0 {
		return arrow{}, false
	}
	return arrows[i], true
}

// mayImport tells whether a row lets a file see a package of this module. A
// package's outer tests see the package itself.
func mayImport(row arrow, own string, test bool) bool {
	if inTree(own, row.module) {
		return true
	}
	return test && (own == row.pkg || own == testNeeds || inTree(own, row.tests))
}

// inTree tells whether a name is on a list, a/... standing for a and all below.
func inTree(name, list string) bool {
	for _, entry := range strings.Fields(list) {
		root, all := strings.CutSuffix(entry, "/...")
		if name == root || all && strings.HasPrefix(name, root+"/") {
			return true
		}
	}
	return false
}

// under tells whether an import belongs to one of the listed modules.
func under(name, modules string) bool {
	for _, m := range strings.Fields(modules) {
		if name == m || strings.HasPrefix(name, m+"/") {
			return true
		}
	}
	return false
}

// foreign tells other people's modules from the standard library, whose first
// element has no dot.
func foreign(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return strings.Contains(first, ".")
}

func isProof(name string) bool {
	for _, p := range proofs {
		if under(name, p.name) {
			return true
		}
	}
	return false
}

// proofFindings keeps test libraries out of the product, and Ginkgo to the specs.
func proofFindings(s source) []finding {
	var out []finding
	forTests := s.test() || strings.HasSuffix(path.Base(s.dir()), "test")
	for _, spec := range s.file.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		for _, p := range proofs {
			switch {
			case !under(name, p.name):
			case !forTests:
				out = append(out, s.at(spec.Pos(), "move it to a _test.go file, or to a package whose name ends in test",
					"%s is imported outside tests", name))
			case p.under != "" && s.dir() != p.under && !strings.HasPrefix(s.dir(), p.under+"/"):
				out = append(out, s.at(spec.Pos(), "write unit tests with testify; stories belong to scenarios/",
					"%s is imported outside %s", name, p.under))
			}
		}
	}
	return out
}

func serialFindings(s source) []finding {
	var out []finding
	for _, spec := range s.file.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		if under(name, "github.com/pkg/term") && s.dir() != serialOwner {
			out = append(out, s.at(spec.Pos(), "open the port by "+serialOwner, "%s imports %s", s.dir(), name))
		}
	}
	return out
}
