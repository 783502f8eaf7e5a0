package stormrig_test

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// House numbers, in lines.
const (
	maxFile     = 500
	maxFunction = 70
)

// longFiles are files beyond maxFile, with the reason.
var longFiles = map[string]string{
	"hil/wire/escpos/fonttable.go": "generated: one line a glyph of the printer's font",
}

// clockOwners are the packages that own the wall clock or the machine's
// entropy, with the reason. All others are told the time and given a stream.
var clockOwners = map[string]string{
	"bench":            "measures what things cost on this machine",
	"bench/engines":    "measures how long writes and syncs take",
	"bench/growth":     "takes the clock where a system tells no processor time",
	"bench/load":       "measures how long sales take",
	"bench/suite":      "measures a disk: how busy it is when idle, how long a run takes",
	"cmd/stormrig":     "shows progress to a person, times a run, draws --seed random",
	"hil/certify/live": "a real device answers in real time",
	"hil/rig":          "a relay needs the time that its frame takes",
	"hil/port":         "real ports have real deadlines",
	"hil/pump":         "hands machines the time that it is",
}

// clockNames read or wait for the clock on the wall.
var clockNames = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}

// seededNames of math/rand and math/rand/v2 begin a stream from a seed or name
// a type; every other name draws from the stream that all share.
var seededNames = []string{"New", "NewSource", "NewZipf", "NewPCG", "NewChaCha8", "Rand", "Source", "Source64", "Zipf", "PCG", "ChaCha8"}

func worldRules() []rule {
	return []rule{
		{"time comes from the world", goOnly(clockFindings), []sample{
			{"pos/a.go", "package pos\n\nimport \"time\"\n\nvar t = time.Now()\n", 5},
			{"sim/a_test.go", "package sim\n\nimport clock \"time\"\n\nfunc wait() { clock.Sleep(1) }\n", 5},
			{"sim/b.go", "package sim\n\nimport \"time\"\n\nvar day = 24 * time.Hour\n", 0},
			{"cmd/stormrig/a.go", "package main\n\nimport \"time\"\n\nvar t = time.Now()\n", 0},
		}},
		{"randomness comes from a seed", goOnly(randomFindings), []sample{
			{"sim/a.go", "package sim\n\nimport \"math/rand\"\n\nvar n = rand.Intn(6)\n", 5},
			{"sim/b_test.go", "package sim\n\nimport \"math/rand/v2\"\n\nvar n = rand.IntN(6)\n", 5},
			{"sim/c.go", "package sim\n\nimport \"math/rand/v2\"\n\nvar r = rand.New(rand.NewPCG(1, 2))\n", 0},
			{"pos/d.go", "package pos\n\nimport \"crypto/rand\"\n\nvar r = rand.Reader\n", 5},
			{"cmd/stormrig/e.go", "package main\n\nimport \"crypto/rand\"\n\nvar r = rand.Reader\n", 0},
		}},
		{"nothing happens at start-up", goOnly(initFindings), []sample{
			{"pos/a.go", "package pos\n\nfunc init() {}\n", 3},
			{"pos/b.go", "package pos\n\ntype t struct{}\n\nfunc (t) init() {}\n", 0},
		}},
	}
}

func clockFindings(s source) []finding {
	if _, ok := clockOwners[s.dir()]; ok {
		return nil
	}
	return uses(s, []string{"time"}, func(name string) bool { return slices.Contains(clockNames, name) },
		"take the time as an argument, or ask for it by an output; only bench and cmd/stormrig own a wall clock")
}

func randomFindings(s source) []finding {
	out := uses(s, []string{"math/rand", "math/rand/v2"}, func(name string) bool { return !slices.Contains(seededNames, name) },
		"draw from a stream that was seeded and passed in")
	if _, ok := clockOwners[s.dir()]; !ok {
		out = append(out, uses(s, []string{"crypto/rand"}, func(string) bool { return true },
			"entropy is an input: take the bytes as an argument")...)
	}
	return out
}

// uses finds each use of a name of one of these packages.
func uses(s source, packages []string, bad func(string) bool, do string) []finding {
	local := map[string]string{}
	for _, spec := range s.file.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		if !slices.Contains(packages, name) {
			continue
		}
		parts := strings.Split(strings.TrimSuffix(name, "/v2"), "/")
		as := parts[len(parts)-1]
		if spec.Name != nil {
			as = spec.Name.Name
		}
		local[as] = name
	}
	var out []finding
	if len(local) == 0 {
		return nil
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && local[x.Name] != "" && bad(sel.Sel.Name) {
			out = append(out, s.at(sel.Pos(), do, "%s.%s", local[x.Name], sel.Sel.Name))
		}
		return true
	})
	return out
}

func initFindings(s source) []finding {
	var out []finding
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			out = append(out, s.at(f.Pos(), "build the value where it is used, or in a function that main calls", "func init"))
		}
	}
	return out
}

func styleRules() []rule {
	long := "package pos\n\nfunc f() {\n" + strings.Repeat("\tf()\n", maxFunction) + "}\n"
	return []rule{
		{"files are short", goOnly(fileLength), []sample{
			{"pos/a.go", "package pos\n" + strings.Repeat("\n", maxFile), maxFile + 1},
			{"pos/b.go", "package pos\n" + strings.Repeat("\n", maxFile-1), 0},
			{"hil/wire/escpos/fonttable.go", "package escpos\n" + strings.Repeat("\n", maxFile), 0},
		}},
		{"functions are short", goOnly(functionLength), []sample{
			{"pos/a.go", long, 3},
			{"pos/b_test.go", long, 3},
			{"pos/c.go", strings.Replace(long, "\tf()\n\tf()\n", "", 1), 0},
		}},
		{"exported names are documented", goOnly(undocumented), []sample{
			{"pos/a.go", "package pos\n\nfunc F() {}\n", 3},
			{"pos/b.go", "package pos\n\ntype T int\n", 3},
			{"pos/c.go", "package pos\n\nconst (\n\tA = 1\n)\n", 4},
			{"pos/d.go", "package pos\n\n// T is one.\ntype T int\n\nfunc (t *T) Add() {}\n", 6},
			{"pos/e.go", "package pos\n\n// T is one.\ntype T int\n\nfunc (T) String() string { return \"\" }\n", 0},
			{"pos/f.go", "package pos\n\ntype t int\n\nfunc (t) Add() {}\n", 0},
			{"pos/g.go", "package pos\n\n// Kinds of tender.\nconst (\n\tA = 1\n)\n", 0},
			{"pos/h.go", "package pos\n\n// I is asked.\ntype I interface {\n\tAsk() bool\n}\n", 0},
		}},
		{"gofmt has been here", goOnly(unformatted), []sample{
			{"pos/a.go", "package pos\n\nvar a  = 1\n", 3},
			{"pos/b.go", "package pos\n\nvar a = 1\n", 0},
		}},
	}
}

func fileLength(s source) []finding {
	lines := bytes.Count(s.text, []byte("\n"))
	if _, ok := longFiles[s.path]; ok || lines <= maxFile {
		return nil
	}
	return []finding{{s.path, lines, "the file is longer than " + strconv.Itoa(maxFile) + " lines",
		"one idea a file: split it, or name the reason in longFiles"}}
}

func functionLength(s source) []finding {
	var out []finding
	for _, d := range s.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		lines := s.fset.Position(f.End()).Line - s.fset.Position(f.Pos()).Line + 1
		if lines > maxFunction {
			out = append(out, s.at(f.Pos(), "give a part of it a name: functions here have 10 to 30 lines",
				"%s has %d lines, more than %d", f.Name.Name, lines, maxFunction))
		}
	}
	return out
}

// plainMethods need no comment: everyone knows what they do.
var plainMethods = []string{"Error", "String", "Unwrap", "Is", "As", "Len", "Less", "Swap", "MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText"}

// undocumented finds exported names without a comment. A comment over a group
// speaks for all of it.
func undocumented(s source) []finding {
	if s.test() {
		return nil
	}
	var out []finding
	report := func(id *ast.Ident) {
		out = append(out, s.at(id.Pos(), "say what it is, with units, shapes and errors", "%s has no comment", id.Name))
	}
	for _, d := range s.file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Doc == nil && d.Name.IsExported() && exportedReceiver(d) && !(d.Recv != nil && slices.Contains(plainMethods, d.Name.Name)) {
				report(d.Name)
			}
		case *ast.GenDecl:
			if d.Doc == nil && d.Tok != token.IMPORT {
				for _, spec := range d.Specs {
					undocumentedSpec(spec, report)
				}
			}
		}
	}
	return out
}

func undocumentedSpec(spec ast.Spec, report func(*ast.Ident)) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if spec.Doc == nil && spec.Comment == nil && spec.Name.IsExported() {
			report(spec.Name)
		}
	case *ast.ValueSpec:
		for _, id := range spec.Names {
			if spec.Doc == nil && spec.Comment == nil && id.IsExported() {
				report(id)
			}
		}
	}
}

// exportedReceiver tells whether a reader of the documentation sees a method.
func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	t := f.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.IsExported()
		default:
			return true
		}
	}
}

func unformatted(s source) []finding {
	want, err := format.Source(s.text)
	if err != nil {
		return []finding{{s.path, 1, err.Error(), "make it compile"}}
	}
	have, tidy := bytes.Split(s.text, []byte("\n")), bytes.Split(want, []byte("\n"))
	for i := range min(len(have), len(tidy)) {
		if !bytes.Equal(have[i], tidy[i]) {
			return []finding{{s.path, i + 1, "not as gofmt writes it", "gofmt -w " + s.path}}
		}
	}
	if len(have) != len(tidy) {
		return []finding{{s.path, min(len(have), len(tidy)) + 1, "not as gofmt writes it", "gofmt -w " + s.path}}
	}
	return nil
}

// Words that wait for somebody, and words that are true on one desk only.
var (
	unfinished = regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b`)
	elsewhere  = regexp.MustCompile(`(^|[^\w.~}])/(work|root|home|Users)/|/tmp/brief|\b[Hh]elpers?\b|(?i:\bsession id\b|\bthe brief\b|\bcoding agents?\b|\bAI assistants?\b|\blanguage models?\b)`)
)

func wordRules() []rule {
	return []rule{
		{"nothing waits in a comment", unfinishedWords, []sample{
			{"pos/a.go", "package pos\n\n// TODO: later\n", 3},
			{"pos/b.go", "package pos\n\nfunc f() {\n\tf() // FIXME\n}\n", 4},
			{"pos/c.go", "package pos\n\nvar none = \"XXX\" // ISO 4217: no currency\n", 0},
			{"docs/a.md", "# A\n\nTODO\n", 3},
		}},
		{"text speaks of the project", elsewhereWords, []sample{
			{"pos/a.go", "package pos\n\n// see /work/main/notes\n", 3},
			{"docs/a.md", "as asked in the brief\n", 1},
			{"docs/b.md", "stored under /home/ann/reports\n", 1},
			{"pos/b.go", "package pos\n\n// small helpers\n", 3},
			{"pos/c_test.go", "package pos\n\nimport \"testing\"\n\nfunc f(t *testing.T) { t.Helper() }\n", 0},
			{"pos/d.go", "package pos\n\n// a sync session of the hub, in brief\n", 0},
			{".ci/run", "cd /root/here\n", 1},
		}},
	}
}

// unfinishedWords looks into the comments of Go files and all of other text: in
// a string of Go the same letters may be ISO 4217's code for no currency.
func unfinishedWords(s source) []finding {
	const do = "do it, or open an issue and take the mark out"
	if s.file == nil {
		return matches(s, unfinished, do)
	}
	var out []finding
	for _, group := range s.file.Comments {
		for _, c := range group.List {
			if m := unfinished.FindString(c.Text); m != "" {
				out = append(out, s.at(c.Pos(), do, "%s in a comment", m))
			}
		}
	}
	return out
}

// elsewhereWords reads every file but the ones that hold the words as samples.
func elsewhereWords(s source) []finding {
	if strings.HasPrefix(s.path, "tidy_") {
		return nil
	}
	return matches(s, elsewhere, "write what is true for every reader: a path that everyone has, what a thing does")
}

func matches(s source, words *regexp.Regexp, do string) []finding {
	var out []finding
	for i, line := range strings.Split(string(s.text), "\n") {
		line = strings.ReplaceAll(line, ".Helper()", "") // of testing.TB
		if m := words.FindString(line); m != "" {
			out = append(out, finding{s.path, i + 1, strconv.Quote(m), do})
		}
	}
	return out
}
