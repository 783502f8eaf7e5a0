package load

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
)

// Peer is a process that serves engines of its own.
type Peer struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// StartPeer starts the program that Serve runs in. It is killed when ctx ends.
func StartPeer(ctx context.Context, program string, stderr io.Writer) (*Peer, error) {
	p := &Peer{cmd: exec.CommandContext(ctx, program)}
	p.cmd.Stderr = stderr
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.in, p.out = in, bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("load: start the peers: %w", err)
	}
	return p, nil
}

// Do asks and waits for the answer.
func (p *Peer) Do(r Request) Reply {
	out, err := p.ask(r)
	if err != nil {
		out.Error = fmt.Sprintf("load: the process of the peers: %v", err)
	}
	return out
}

func (p *Peer) ask(r Request) (out Reply, err error) {
	line, err := json.Marshal(&r)
	if err != nil {
		return out, err
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		return out, err
	}
	answer, err := p.out.ReadBytes('\n')
	if err != nil {
		return out, err
	}
	return out, json.Unmarshal(answer, &out)
}

// Close lets the process end, and waits for it.
func (p *Peer) Close() error {
	return errors.Join(p.in.Close(), p.cmd.Wait())
}
