package main

import (
	"context"
	"slices"
	"strings"

	"stormrig/hil/certify"
	"stormrig/hil/certify/live"
	"stormrig/hil/port"
	models "stormrig/sim/device"
	"stormrig/sim/emulator"
	"stormrig/sim/testbench"
)

// servedSubject is an emulator that somebody serves, operated through its
// control plane. What its maker documents is what its profile says, as on the
// bench of this process; of a profile that stormrig does not know, the flags.
func servedSubject(ctx context.Context, class certify.Class, where port.Spec, f certifyFlags) (*subject, error) {
	op, err := live.NewRemote(f.operator)
	if err != nil {
		return nil, usage("stormrig device "+string(class)+" prints it", "--operator: %w", err)
	}
	s, err := op.Status()
	if err != nil {
		return nil, lacking("stormrig device "+string(class)+" --control 127.0.0.1:8100", "--operator: %w", err)
	}
	if s.Device != string(class) {
		return nil, usage("stormrig certify "+s.Device, "the emulator at %s is a %s, not a %s", f.operator, s.Device, class)
	}
	out := &subject{emulated: true, realTime: true}
	if out.options, out.claim, err = servedOptions(class, s, f); err != nil {
		return nil, err
	}
	b, err := dialled(where, op)
	if err != nil {
		return nil, err
	}
	out.claim.Transport = where.String()
	out.bench, out.close = b, b.Close
	out.name = strings.ReplaceAll(strings.Join(append([]string{s.Profile}, s.Defects...), "+"), "/", "-") + "-on-" + string(where.Kind)
	return out, ctx.Err()
}

// servedOptions are the examiner's for what is served.
func servedOptions(class certify.Class, s live.Served, f certifyFlags) (o certify.Options, c certify.Claim, err error) {
	if slices.Contains(testbench.Profiles(class), s.Profile) {
		var defects []models.Defect
		for _, n := range s.Defects {
			d, err := models.DefectNamed(testbench.KindOf(class), n)
			if err != nil {
				return o, c, usage("serve it by this version of stormrig", "%w", err)
			}
			defects = append(defects, d)
		}
		d, err := testbench.Named(class, s.Profile, defects...)
		if err != nil {
			return o, c, err
		}
		o, c = d.Options, d.Claim
	} else {
		o = certify.Options{Width: f.width, Kind: f.kind, Speaks: f.speaks}
		if o.Maker, err = documentedBy(f.documents); err != nil {
			return o, c, err
		}
	}
	o.Soak = f.soak
	// The line is the kernel's: it obeys XON and XOFF only where it is asked to.
	o.XOnXOff = false
	o.Unseal = emulator.Unseal
	if f.maker != "" {
		c.Maker = f.maker
	}
	c.Model, c.Serial = s.Profile, f.serial
	if f.model != "" {
		c.Model = f.model
	}
	return o, c, nil
}
