package pack

import (
	"bytes"

	"stormrig/scenarios/audit/table"
)

// mask cuts whole card numbers in the strings of a text down to four digits.
// Numbers outside of strings are times and amounts; a string of nothing but
// hexadecimal digits is a hash.
func mask(text []byte) ([]byte, int) {
	var out bytes.Buffer
	found := 0
	for len(text) > 0 {
		i := bytes.IndexByte(text, '"')
		if i < 0 {
			break
		}
		end := i + 1
		for end < len(text) && text[end] != '"' && text[end] != '\n' {
			if text[end] == '\\' {
				end++
			}
			end++
		}
		end = min(end, len(text))
		out.Write(text[:i+1])
		s := string(text[i+1 : end])
		if !hexadecimal(s) {
			if masked, yes := table.Mask(s, false); yes {
				s = masked
				found++
			}
		}
		out.WriteString(s)
		text = text[end:]
		if len(text) > 0 && text[0] == '"' {
			out.WriteByte('"')
			text = text[1:]
		}
	}
	out.Write(text)
	return out.Bytes(), found
}

func hexadecimal(s string) bool {
	if len(s) < 32 {
		return false
	}
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
