package stormrig_test

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// source is one file of the module. Go files are parsed; file is nil for text.
type source struct {
	path string // from the root, with slashes
	text []byte
	fset *token.FileSet
	file *ast.File
}

// dir is the package's path inside the module; "." is the root.
func (s source) dir() string { return path.Dir(s.path) }

// test tells whether the compiler leaves the file out of the product.
func (s source) test() bool { return strings.HasSuffix(s.path, "_test.go") }

// at makes a finding at a place of the syntax tree.
func (s source) at(pos token.Pos, do, format string, args ...any) finding {
	return finding{s.path, s.fset.Position(pos).Line, fmt.Sprintf(format, args...), do}
}

// finding is one place that breaks a rule, and what to do about it.
type finding struct {
	path     string
	line     int
	what, do string
}

func (f finding) String() string {
	return fmt.Sprintf("%s:%d: %s\n\t%s", f.path, f.line, f.what, f.do)
}

// sample is a file that a rule must find fault with, at this line; line 0 is a
// file that it must let pass.
type sample struct {
	path, text string
	line       int
}

// rule is one habit of the house. Its samples are how it was seen red.
type rule struct {
	name    string
	look    func(source) []finding
	samples []sample
}

// rules lists them in the order in which a reader meets them.
func rules() []rule {
	return slices.Concat(importRules(), sabotageRules(), worldRules(), styleRules(), wordRules())
}

func TestTidy(t *testing.T) {
	sources := module(t)
	require.Greater(t, len(sources), 100, "the walk has lost the module")
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			for _, s := range sources {
				for _, f := range r.look(s) {
					t.Error(f)
				}
			}
		})
	}
	t.Run("packages have a story", func(t *testing.T) {
		for _, f := range untold(sources) {
			t.Error(f)
		}
	})
	t.Run("allow-lists are not stale", func(t *testing.T) { testAllowed(t, sources) })
}

// TestTidyRulesCanFail feeds each rule what it is there to find.
func TestTidyRulesCanFail(t *testing.T) {
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			reds := 0
			for _, s := range r.samples {
				src, err := parse(s.path, []byte(s.text))
				require.NoError(t, err)
				found := r.look(src)
				if s.line == 0 {
					assert.Empty(t, found, "%s must pass:\n%s", s.path, s.text)
					continue
				}
				reds++
				if assert.Len(t, found, 1, "%s must not pass:\n%s", s.path, s.text) {
					assert.Equal(t, s.line, found[0].line)
					assert.NotEmpty(t, found[0].do, "a finding says what to do")
				}
			}
			assert.Positive(t, reds, "a rule that was never seen red proves nothing")
		})
	}
}

// module reads what belongs to the project: Go files, and text that people read.
func module(t *testing.T) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		slashed := filepath.ToSlash(name)
		if d.IsDir() {
			return enter(slashed)
		}
		if !isText(slashed) {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		s, err := parse(slashed, text)
		out = append(out, s)
		return err
	})
	require.NoError(t, err)
	slices.SortFunc(out, func(a, b source) int { return cmp.Compare(a.path, b.path) })
	return out
}

// enter skips what no one wrote by hand: version control, results, dependencies.
func enter(dir string) error {
	base := path.Base(dir)
	hidden := strings.HasPrefix(base, ".") && dir != "." && dir != ".ci"
	if hidden || base == "vendor" || base == "node_modules" || dir == "reports" {
		return fs.SkipDir
	}
	return nil
}

func isText(name string) bool {
	switch path.Ext(name) {
	case ".go", ".md", ".yaml", ".yml", ".sh", ".txt", ".txtar", ".html", ".css", ".js":
		return true
	}
	return path.Dir(name) == ".ci"
}

// parse makes a source; a Go file inside testdata is text, as the tools have it.
func parse(name string, text []byte) (source, error) {
	s := source{path: name, text: text}
	if !strings.HasSuffix(name, ".go") || strings.Contains("/"+name, "/testdata/") {
		return s, nil
	}
	s.fset = token.NewFileSet()
	file, err := parser.ParseFile(s.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	s.file = file
	if err != nil {
		return s, fmt.Errorf("parsing %s: %w", name, err)
	}
	return s, nil
}

// goOnly lets a rule see parsed files alone.
func goOnly(look func(source) []finding) func(source) []finding {
	return func(s source) []finding {
		if s.file == nil {
			return nil
		}
		return look(s)
	}
}

// untold finds packages of which no file tells what they are for.
func untold(sources []source) []finding {
	told, first := map[string]bool{}, map[string]source{}
	for _, s := range sources {
		if s.file == nil || s.test() {
			continue
		}
		if _, ok := first[s.dir()]; !ok {
			first[s.dir()] = s
		}
		told[s.dir()] = told[s.dir()] || s.file.Doc != nil
	}
	var out []finding
	for _, dir := range slices.Sorted(maps.Keys(first)) {
		if s := first[dir]; !told[dir] {
			out = append(out, s.at(s.file.Package, "say in a doc.go what it does, its units and what it does not do",
				"package %s has no package comment", dir))
		}
	}
	return out
}

func TestTidyUntold(t *testing.T) {
	read := func(path, text string) source {
		s, err := parse(path, []byte(text))
		require.NoError(t, err)
		return s
	}
	bare, told := read("pos/a.go", "package pos\n"), read("pos/doc.go", "// Package pos sells.\npackage pos\n")
	outer := read("pos/a_test.go", "// Package pos_test tests.\npackage pos_test\n")
	assert.Len(t, untold([]source{bare, outer}), 1)
	assert.Empty(t, untold([]source{bare, outer, told}))
}

// testAllowed wants every exception to be needed still.
func testAllowed(t *testing.T, sources []source) {
	there := map[string]bool{}
	for _, s := range sources {
		there[s.path] = true
		there[s.dir()] = true
	}
	for name, reason := range longFiles {
		assert.True(t, there[name], "%s is on the list of long files and is gone: take it off", name)
		assert.NotEmpty(t, reason)
	}
	for name, reason := range clockOwners {
		assert.True(t, there[name], "%s may look at a clock and is gone: take it off", name)
		assert.NotEmpty(t, reason)
	}
}
