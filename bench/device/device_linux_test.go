package device

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMount(t *testing.T) {
	const info = `27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
30 27 254:0 /data /mnt/a\040card rw,noatime - ext4 /dev/vda rw,discard
31 27 0:27 / /mnt tmpfs - tmpfs tmpfs rw
short
`
	for _, tc := range []struct{ dir, number, fs, options string }{
		{"/var/x", "254:0", "ext4", "rw,relatime,rw,discard"},
		{"/mnt/a card/till", "254:0", "ext4", "rw,noatime,rw,discard"},
		{"/mnt/a cardboard", "254:0", "ext4", "rw,relatime,rw,discard"},
		{"/var/x", "8:1", "", ""},
		{"/var/x", "", "ext4", "rw,relatime,rw,discard"},
		{"/mnt/till", "", "tmpfs", "tmpfs,rw"},
	} {
		p := Place{Dir: tc.dir}
		p.mount(info, tc.number)
		assert.Equal(t, tc.fs, p.FileSystem, tc.dir)
		assert.Equal(t, tc.options, p.Options, tc.dir)
	}
}

func TestBootIsOne(t *testing.T) {
	assert.NotEmpty(t, Boot())
	assert.Equal(t, Boot(), Boot())
}
