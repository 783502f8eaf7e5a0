package history

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func header() Event {
	return Event{Gen: 1, Who: "rig", Kind: KindHeader, Header: &Header{
		Schema: Schema, Scenario: "one-sale", Rig: "sim", Seed: 7, Level: 2, Currency: "PHP",
		Articles: []Article{{SKU: "a/1", Code: "4800016641503", Label: "A <1> & more", Price: 129000}},
	}}
}

func encode(t *testing.T, events ...Event) []byte {
	t.Helper()
	var out bytes.Buffer
	w := NewWriter(&out)
	for i, e := range events {
		n, err := w.Append(e)
		require.NoError(t, err)
		require.EqualValues(t, i+1, n)
	}
	require.NoError(t, w.Flush())
	return out.Bytes()
}

func TestPayloadBytesSurvive(t *testing.T) {
	for _, payload := range []string{
		`{"device":"phone","label":"<b> & \u003c"}`, `{ "spaced" : [1, 2] }`, `[]`, `"` + "\u2028" + `"`,
		`{"big":18446744073709551615,"f":1.50}`, "\"\xff\"",
	} {
		text := encode(t, header(), Event{Kind: KindCommit, Who: "phone", Payload: json.RawMessage(payload)})
		events, err := Read(bytes.NewReader(text))
		require.NoError(t, err, payload)
		assert.Equal(t, payload, string(events[1].Payload))
		var again bytes.Buffer
		require.NoError(t, Write(&again, events))
		assert.Equal(t, string(text), again.String())
	}
}

func TestWriterRefusesWhatItCannotKeep(t *testing.T) {
	var out bytes.Buffer
	w := NewWriter(&out)
	for _, payload := range []string{"{", "{\"a\":\n1}", ""} {
		_, err := w.Append(Event{Kind: KindCommit, Payload: json.RawMessage(payload)})
		assert.Error(t, err, payload)
	}
	n, err := w.Append(header())
	require.NoError(t, err)
	assert.EqualValues(t, 1, n, "a refused event takes no number")
}

type brokenWriter struct{}

var errBroken = errors.New("broken")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestWriterKeepsItsError(t *testing.T) {
	w := NewWriter(brokenWriter{})
	_, err := w.Append(header())
	require.NoError(t, err, "still in the buffer")
	require.ErrorIs(t, w.Flush(), errBroken)
	_, err = w.Append(header())
	require.ErrorIs(t, err, errBroken)
}

func TestReadIsStrict(t *testing.T) {
	head := string(encode(t, header()))
	tests := []struct{ name, text, want string }{
		{"empty", "", "line 1: not a history: it is empty"},
		{"no header", `{"n":1,"t_ns":0,"gen":1,"who":"a","kind":"kick"}`, "line 1: not a history: kind \"kick\": the header comes first"},
		{"second header", head + strings.Replace(head, `"n":1`, `"n":2`, 1), "line 2: not a history: kind \"header\""},
		{"gap", head + `{"n":3,"t_ns":0,"gen":1,"who":"a","kind":"kick"}`, "line 2: not a history: n is 3 where 2"},
		{"unknown kind", head + `{"n":2,"t_ns":0,"gen":1,"who":"a","kind":"kik"}`, "unknown kind \"kik\""},
		{"unknown field", head + `{"n":2,"t_ns":0,"gen":1,"who":"a","kind":"kick","x":1}`, "line 2"},
		{"wrong type", head + `{"n":2,"t_ns":0.5,"gen":1,"who":"a","kind":"kick"}`, "line 2"},
		{"two objects", head + `{"n":2,"t_ns":0,"gen":1,"who":"a","kind":"kick"} {}`, "follow the event"},
		{"empty line", head + "\n" + `{"n":2}`, "line 2: not a history: an empty line"},
		{"cut without cut", head + `{"n":2,"t_ns":0,"gen":1,"who":"a","kind":"cut"}`, "without its cut"},
		{"commit without payload", head + `{"n":2,"t_ns":0,"gen":1,"who":"a","kind":"commit"}`, "without a payload"},
		{"schema", strings.Replace(head, `"schema":1`, `"schema":9`, 1), "schema 9"},
		{"half a line", head[:40], "line 1"},
		{"too long", head + strings.Repeat(" ", MaxLine+1), "longer than"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read(strings.NewReader(tt.text))
			require.ErrorIs(t, err, ErrHistory)
			assert.Contains(t, err.Error(), tt.want)
		})
	}
}

func TestLogClonesDiverge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		logs := []*Log{{}}
		want := [][]string{nil}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			i := rapid.IntRange(0, len(logs)-1).Draw(t, "log")
			if rapid.IntRange(0, 4).Draw(t, "clone") == 0 {
				logs = append(logs, logs[i].Clone())
				want = append(want, append([]string(nil), want[i]...))
				continue
			}
			text := rapid.StringN(1, 3, -1).Draw(t, "text")
			want[i] = append(want[i], text)
			n := logs[i].Append(Event{Text: text})
			assert.EqualValues(t, len(want[i]), n)
		}
		for i, l := range logs {
			require.Equal(t, len(want[i]), l.Len())
			for j, e := range l.Events() {
				assert.Equal(t, want[i][j], e.Text)
				assert.EqualValues(t, j+1, e.N)
			}
		}
	})
}

// doc.go is the contract that people read, Kinds the one that programs read.
func TestKindsAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	for _, k := range Kinds() {
		assert.Contains(t, string(doc), "//\t"+k.Kind+" ", k.Kind)
		assert.NotEmpty(t, k.Text)
	}
}

func TestSchemaNamesEveryField(t *testing.T) {
	var schema struct {
		Properties map[string]any `json:"properties"`
		Defs       map[string]any `json:"$defs"`
		Required   []string       `json:"required"`
	}
	require.NoError(t, json.Unmarshal(JSONSchema(), &schema))
	assert.Equal(t, []string{"n", "t_ns", "gen", "who", "kind"}, schema.Required)
	for _, name := range []string{"basket", "payload", "cut", "header", "stock"} {
		assert.Contains(t, schema.Properties, name)
	}
	for _, name := range []string{"Cut", "Fault", "Header", "Article", "Item"} {
		assert.Contains(t, schema.Defs, name)
	}
	assert.Equal(t, JSONSchema(), JSONSchema(), "the same bytes each time")
}

// What can be read can be written and read again, with the same result.
func FuzzRead(f *testing.F) {
	var out bytes.Buffer
	w := NewWriter(&out)
	for _, e := range []Event{
		header(),
		{Kind: KindCommit, Who: "phone", Device: "phone", Inc: 1, Seq: 1, Payload: json.RawMessage(`{"a": "<"}`)},
		{Kind: KindCut, Who: "phone", Cut: &Cut{Span: "commit", Torn: true}},
		{Kind: KindPaper, Who: "phone.printer", Lines: []string{"SHOP", "TOTAL~"}},
		{Kind: KindState, Who: "hub", Stock: map[string]int64{"a/1": -1}},
	} {
		if _, err := w.Append(e); err != nil {
			f.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		f.Fatal(err)
	}
	f.Add(out.Bytes())
	f.Add([]byte("{}\n"))
	f.Add([]byte("\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		events, err := Read(bytes.NewReader(text))
		if err != nil {
			require.ErrorIs(t, err, ErrHistory)
			return
		}
		var again bytes.Buffer
		require.NoError(t, Write(&again, events))
		second, err := Read(&again)
		require.NoError(t, err)
		require.Equal(t, len(events), len(second))
		for i := range events {
			require.Equal(t, string(events[i].Payload), string(second[i].Payload))
		}
	})
}
