package rig

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"stormrig/hil/port"
	"stormrig/hil/port/porttest"
)

func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// The frames of the vendors' sheets, on a real tty.
func TestRelay(t *testing.T) {
	porttest.Need(t, port.PTY)
	spec, err := port.Parse("pty:" + filepath.Join(t.TempDir(), "relay"))
	require.NoError(t, err)
	l, err := spec.Listen()
	require.NoError(t, err)
	defer l.Close()
	got := make(chan []byte)
	go func() {
		for range 4 {
			p, err := l.Accept(soon(t))
			if err != nil {
				close(got)
				return
			}
			var frame []byte
			for len(frame) < 4 {
				buf := make([]byte, 16)
				n, err := p.Read(buf)
				frame = append(frame, buf[:n]...)
				if err != nil {
					break
				}
			}
			got <- frame
			_ = p.Close()
		}
	}()
	first, third := Relay{Port: spec, Channel: 1}, Relay{Port: spec, Channel: 3}
	for _, c := range []struct {
		s    Switch
		on   bool
		want string
	}{{first, true, "a0 01 01 a2"}, {first, false, "a0 01 00 a1"}, {third, true, "a0 03 01 a4"}, {inverted(first, true), true, "a0 01 00 a1"}} {
		require.NoError(t, c.s.Set(soon(t), c.on))
		assert.Equal(t, c.want, fmt.Sprintf("% x", <-got))
	}
}

func TestRelayThatIsNotThere(t *testing.T) {
	spec, err := port.Parse("serial:" + filepath.Join(t.TempDir(), "ttyUSB9"))
	require.NoError(t, err)
	require.ErrorContains(t, Relay{Port: spec, Channel: 1}.Set(soon(t), true), "ttyUSB9")
}

// served is a Shelly of a generation, as its documentation describes it; stuck
// is one whose relay is welded.
func served(t *testing.T, generation int, stuck bool) (base string, asked *[]string) {
	on := false
	asked = &[]string{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r.Method+" "+r.URL.String())
		q := r.URL.Query()
		was := on
		switch {
		case generation == 1 && r.URL.Path == "/relay/0":
			if turn := q.Get("turn"); turn != "" && !stuck {
				on = turn == "on"
			}
			fmt.Fprintf(w, `{"ison":%t,"has_timer":false,"timer_started":0,"timer_duration":0,"timer_remaining":0,"overpower":false,"source":"http"}`, on)
		case generation == 2 && r.URL.Path == "/rpc/Switch.Set" && q.Get("id") == "0":
			if !stuck {
				on = q.Get("on") == "true"
			}
			fmt.Fprintf(w, `{"was_on":%t}`, was)
		case generation == 2 && r.URL.Path == "/rpc/Switch.GetStatus" && q.Get("id") == "0":
			fmt.Fprintf(w, `{"id":0,"source":"HTTP_in","output":%t,"temperature":{"tC":44.1,"tF":111.4}}`, on)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL, asked
}

func TestShelly(t *testing.T) {
	for generation, want := range map[int][]string{
		1: {"GET /relay/0?turn=on", "GET /relay/0?turn=off"},
		2: {"GET /rpc/Switch.Set?id=0&on=true", "GET /rpc/Switch.GetStatus?id=0", "GET /rpc/Switch.Set?id=0&on=false", "GET /rpc/Switch.GetStatus?id=0"},
	} {
		base, asked := served(t, generation, false)
		s := Shelly{Base: base, Generation: generation}
		require.NoError(t, s.Set(soon(t), true))
		require.NoError(t, s.Set(soon(t), false))
		assert.Equal(t, want, *asked)
	}
}

func TestShellyThatDoesNotSwitch(t *testing.T) {
	for generation := 1; generation <= 2; generation++ {
		base, _ := served(t, generation, true)
		require.ErrorContains(t, Shelly{Base: base, Generation: generation}.Set(soon(t), true), "told on=true and says on=false")
		other, _ := served(t, 3-generation, false)
		require.ErrorContains(t, Shelly{Base: other, Generation: generation}.Set(soon(t), true), "404")
	}
	locked := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	defer locked.Close()
	require.ErrorContains(t, Shelly{Base: locked.URL, Generation: 2}.Set(soon(t), true), "password")
	require.Error(t, Shelly{Base: "http://127.0.0.1:1", Generation: 2}.Set(soon(t), true))
}
