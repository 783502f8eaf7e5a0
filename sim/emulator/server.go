package emulator

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"stormrig/hil/wire/escpos"
	"stormrig/sim/device"
)

//go:embed page.html
var page []byte

// Handler is the control plane: see the package's comment.
func (e *Emulator) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'")
		_, _ = w.Write(page)
	})
	mux.HandleFunc("GET /v1/status", func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, e.Status()) })
	mux.HandleFunc("GET /v1/actions", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, map[string]any{"device": e.kind.Class, "actions": e.Actions()})
	})
	mux.HandleFunc("GET /v1/openapi.json", func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, e.openAPI()) })
	mux.HandleFunc("GET /v1/scene", e.scene)
	mux.HandleFunc("GET /v1/paper.txt", e.paperText)
	mux.HandleFunc("GET /v1/paper.png", e.paperPNG)
	mux.HandleFunc("GET /v1/events", e.events)
	mux.HandleFunc("POST /v1/do", e.do)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { e.unknown(w, r) })
	return sameOrigin(mux)
}

// sameOrigin refuses what a page of another origin asks for: any page that a
// person has open could otherwise operate the device.
func sameOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if origin := r.Header.Get("Origin"); origin != "" {
			if u, err := url.Parse(origin); err != nil || u.Host != r.Host {
				fail(w, http.StatusForbidden, "a page of "+origin+" may not operate this device", "open http://"+r.Host+"/ itself")
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

var paths = []string{"GET /v1/status", "GET /v1/actions", "GET /v1/scene", "GET /v1/paper.txt", "GET /v1/paper.png", "GET /v1/events", "POST /v1/do", "GET /v1/openapi.json"}

func (e *Emulator) unknown(w http.ResponseWriter, r *http.Request) {
	for _, p := range paths {
		method, path, _ := strings.Cut(p, " ")
		if path == r.URL.Path {
			w.Header().Set("Allow", method)
			fail(w, http.StatusMethodNotAllowed, r.Method+" is not possible here", "use "+p)
			return
		}
	}
	fail(w, http.StatusNotFound, "there is nothing at "+strconv.Quote(r.URL.Path), "there are "+strings.Join(paths, ", "))
}

// failure is every error's body.
type failure struct {
	Error string `json:"error"`
	Hint  string `json:"hint"`
}

func fail(w http.ResponseWriter, code int, what, hint string) { reply(w, code, failure{what, hint}) }

func reply(w http.ResponseWriter, code int, v any) {
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		code, body = http.StatusInternalServerError, []byte(`{"error":"the answer could not be written","hint":""}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_, _ = w.Write(append(body, '\n'))
}

// order is the body of POST /v1/do. A scan's code may stand in "text".
type order struct {
	Action   string  `json:"action"`
	Argument *string `json:"argument"`
	Text     *string `json:"text"`
}

// mostBody is the longest body that is read.
const mostBody = 1 << 16

func (e *Emulator) do(w http.ResponseWriter, r *http.Request) {
	const hint = `send {"action":"feed"}; GET /v1/actions lists the actions`
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
	if err != nil {
		fail(w, http.StatusRequestEntityTooLarge, "the body is longer than 64 KiB", hint)
		return
	}
	var o order
	dec := json.NewDecoder(strings.NewReader(string(body)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&o); err != nil {
		fail(w, http.StatusBadRequest, "the body is not an action: "+jsonError(err), hint)
		return
	}
	if dec.More() || o.Action == "" {
		fail(w, http.StatusBadRequest, "the body names no action, or more than one", hint)
		return
	}
	arg := ""
	switch {
	case o.Argument != nil && o.Text != nil:
		fail(w, http.StatusBadRequest, "'argument' and 'text' are the same: give one of them", hint)
		return
	case o.Argument != nil:
		arg = *o.Argument
	case o.Text != nil:
		arg = *o.Text
	}
	err = e.Do(o.Action, arg)
	var problem *Problem
	switch {
	case errors.As(err, &problem):
		fail(w, http.StatusBadRequest, problem.What, problem.Hint)
	case err != nil:
		fail(w, http.StatusInternalServerError, err.Error(), "see GET /v1/status")
	default:
		reply(w, http.StatusOK, e.Status())
	}
}

// jsonError says what is wrong without quoting a value: it may be a card
// number.
func jsonError(err error) string {
	var wrong *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &wrong):
		return fmt.Sprintf("'%s' must be a %s", wrong.Field, wrong.Type)
	case errors.As(err, &syntax):
		return fmt.Sprintf("no JSON at byte %d", syntax.Offset)
	case errors.Is(err, io.EOF):
		return "it is empty"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "it is cut short"
	}
	return err.Error()
}

// chosen reads ?piece=N, from 1; 0 is all.
func (e *Emulator) chosen(w http.ResponseWriter, r *http.Request) ([]device.Piece, bool) {
	if e.kind.printer == nil {
		fail(w, http.StatusNotFound, "a "+e.kind.Class+" has no paper", "GET /v1/events shows what it does")
		return nil, false
	}
	pieces := e.Pieces()
	text := r.URL.Query().Get("piece")
	if text == "" {
		return pieces, true
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > len(pieces) {
		fail(w, http.StatusBadRequest, fmt.Sprintf("piece=%q is not one of the %d pieces", text, len(pieces)), "count from 1, or leave 'piece' out for all")
		return nil, false
	}
	return pieces[n-1 : n], true
}

func (e *Emulator) paperText(w http.ResponseWriter, r *http.Request) {
	pieces, ok := e.chosen(w, r)
	if !ok {
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	for _, p := range pieces {
		_, _ = io.WriteString(w, p.Text())
		_, _ = fmt.Fprintf(w, "-- %s --\n", p.State)
	}
}

// mostRows bounds the picture: about 25 m of paper at 8 dots a millimetre.
const mostRows = 200_000

func (e *Emulator) paperPNG(w http.ResponseWriter, r *http.Request) {
	pieces, ok := e.chosen(w, r)
	if !ok {
		return
	}
	width := e.kind.printer.Profile.DotsPerLine
	rows := paperRows(pieces, width)
	if most := mostRows * width / 8; len(rows) > most {
		rows = rows[len(rows)-most:]
	}
	img, err := escpos.PNG(width, rows)
	if err != nil {
		fail(w, http.StatusInternalServerError, err.Error(), "GET /v1/paper.txt")
		return
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(img)
}

// paperRows lays pieces one below the other, with a dashed line at each cut.
func paperRows(pieces []device.Piece, width int) (rows []byte) {
	stride := width / 8
	for i, p := range pieces {
		if i > 0 {
			rows = append(rows, make([]byte, 8*stride)...)
			for x := range stride {
				rows = append(rows, []byte{0xff, 0xf0, 0x00}[x%3])
			}
			rows = append(rows, make([]byte, 8*stride)...)
		}
		rows = append(rows, p.Rows()...)
	}
	return rows
}
