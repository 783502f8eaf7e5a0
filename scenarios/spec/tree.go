package spec

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Limits that keep a hostile file from costing more than some seconds: a day of
// a thousand written-out baskets is about 100 KB, a catalogue of a hundred
// thousand articles 10 MB, and takes three seconds of processor time.
const (
	maxBytes = 16 << 20
	maxDepth = 32
)

// read parses the text to a tree and decodes it into into, a pointer.
func read(name string, text []byte, into any) *decoder {
	// The parser counts a CRLF after a comment twice; positions are counted
	// on LF alone. A byte order mark is no part of the text.
	src := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(string(text), "\ufeff"))
	d := &decoder{name: name, lines: strings.Split(src, "\n"), values: map[string]spot{}, keys: map[string]spot{},
		unread: map[string]bool{}, amiss: map[string]bool{}, doubt: map[string]bool{}}
	if s, err := refuse(src, d.lines); err != nil {
		d.failRead("", s, err)
		return d
	}
	body, s, err := tree(src)
	if err != nil {
		d.failRead("", s, err)
		return d
	}
	d.value(body, valueOf(into), "")
	return d
}

// refuse looks at the text before the parser does.
func refuse(src string, lines []string) (spot, error) {
	if len(src) > maxBytes {
		return spot{1, 1, 1}, fmt.Errorf("the file has %d bytes, more than %d", len(src), maxBytes)
	}
	if !utf8.ValidString(src) {
		for i, l := range lines {
			if !utf8.ValidString(l) {
				return spot{i + 1, 1, 1}, wrong("save the file as UTF-8", "this line is not UTF-8")
			}
		}
	}
	depth := 0
	for i, l := range lines {
		for col, r := range l {
			switch r {
			case '[', '{':
				depth++
			case ']', '}':
				depth = max(depth-1, 0)
			}
			if depth > maxDepth {
				return spot{i + 1, utf8.RuneCountInString(l[:col]) + 1, 1}, errors.New("brackets are nested too deep")
			}
		}
		if strings.Count(l, "- ")+strings.Count(l, "? ")+strings.Count(l, "-\t") > 8*maxDepth {
			return spot{i + 1, 1, 1}, errors.New("lists are nested too deep")
		}
	}
	return spot{}, nil
}

// tree parses; a panic of the parser is reported as a file it cannot read.
func tree(src string) (body ast.Node, s spot, err error) {
	defer func() {
		if r := recover(); r != nil {
			body, s, err = nil, spot{1, 1, 1}, fmt.Errorf("this is not YAML (%v)", r)
		}
	}()
	file, err := parser.ParseBytes([]byte(src), 0, parser.AllowDuplicateMapKey())
	if err != nil {
		msg := syntaxMessage(err)
		return nil, syntaxSpot(err), wrong(syntaxHint(msg), "this is not YAML: %s", msg)
	}
	var docs []ast.Node
	for _, doc := range file.Docs {
		if doc.Body != nil {
			docs = append(docs, doc.Body)
		}
	}
	switch {
	case len(docs) == 0:
		return nil, spot{1, 1, 1}, wrong("stormrig explain scenario shows what stands in one", "the file is empty")
	case len(docs) > 1:
		return nil, spotOf(docs[1]), wrong("split it", "this begins a second document")
	}
	return docs[0], spot{}, nil
}

func syntaxSpot(err error) spot {
	var y yaml.Error
	if errors.As(err, &y) && y.GetToken() != nil && y.GetToken().Position != nil {
		p := y.GetToken().Position
		return spot{max(p.Line, 1), max(p.Column, 1), 1}
	}
	return spot{1, 1, 1}
}

// syntaxHint says what to do about the parser's commonest complaints.
func syntaxHint(msg string) string {
	switch {
	case strings.Contains(msg, "tab") || strings.Contains(msg, "\t"):
		return "indent with blanks, not with tabs"
	case strings.Contains(msg, "end token '}'"), strings.Contains(msg, "'}' must"):
		return "close it with }"
	case strings.Contains(msg, "end token ']'"), strings.Contains(msg, "']' must"):
		return "close it with ]"
	case strings.Contains(msg, "end character"):
		return "close the quotes"
	}
	return ""
}

func syntaxMessage(err error) string {
	var y yaml.Error
	if errors.As(err, &y) {
		return y.GetMessage()
	}
	return err.Error()
}

// spotOf finds where a node begins; a block map's own token is its first
// colon, so its first key stands for it.
func spotOf(n ast.Node) spot {
	switch m := n.(type) {
	case *ast.MappingNode:
		if !m.IsFlowStyle && len(m.Values) > 0 {
			return spotOf(m.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return spotOf(m.Key)
	}
	t := n.GetToken()
	if t == nil || t.Position == nil {
		return spot{1, 1, 1}
	}
	width := utf8.RuneCountInString(strings.TrimSpace(t.Value))
	if q := strings.TrimSpace(t.Origin); len(q) > 0 && (q[0] == '"' || q[0] == '\'') {
		width = utf8.RuneCountInString(q)
	}
	return spot{max(t.Position.Line, 1), max(t.Position.Column, 1), max(width, 1)}
}

// scalarText returns the text of a leaf exactly as written.
func scalarText(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	}
	return "", false
}

func kindOf(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode, *ast.MappingKeyNode:
		return "map"
	case *ast.SequenceNode:
		return "list"
	}
	return "single value"
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// last names the last part of a path for a message.
func last(path string) string {
	if path == "" {
		return "the file"
	}
	return path[strings.LastIndex(path, ".")+1:]
}

// what names the thing at a path for a message: "weather[0]" is "fault 1".
func what(path string) string {
	if path == "" {
		return "the file"
	}
	base, idx, ok := strings.Cut(last(path), "[")
	if !ok {
		return base
	}
	n := 0
	if _, err := fmt.Sscanf(idx, "%d]", &n); err != nil {
		return path
	}
	one := map[string]string{"weather": "fault", "sales": "sale", "items": "item", "variants": "variant"}[base]
	if one == "" {
		one = base
	}
	return fmt.Sprintf("%s %d", one, n+1)
}
