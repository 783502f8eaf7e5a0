package escpos

// national is what stands in the place of twelve ASCII characters in the
// character set of a country (ESC R n; Epson's reference, international
// character sets).
func national(n int, b byte) rune {
	const places = "#$@[\\]^`{|}~"
	if n <= 0 || n >= len(nationals) {
		return rune(b)
	}
	for i := range len(places) {
		if places[i] == b {
			return []rune(nationals[n])[i]
		}
	}
	return rune(b)
}

// Countries is how many character sets ESC R knows.
const Countries = len(nationals)

// nationals: USA, France, Germany, UK, Denmark I, Sweden, Italy, Spain I,
// Japan, Norway, Denmark II, Spain II, Latin America, Korea.
var nationals = [...]string{
	`#$@[\]^` + "`" + `{|}~`,
	`#$à°ç§^` + "`" + `éùè¨`,
	`#$§ÄÖÜ^` + "`" + `äöüß`,
	`£$@[\]^` + "`" + `{|}~`,
	`#$@ÆØÅ^` + "`" + `æøå~`,
	`#¤ÉÄÖÅÜéäöåü`,
	`#$@°\é^ùàòèì`,
	`₧$@¡Ñ¿^` + "`" + `¨ñ}~`,
	`#$@[¥]^` + "`" + `{|}~`,
	`#¤ÉÆØÅÜéæøåü`,
	`#$ÉÆØÅÜéæøåü`,
	`#$á¡Ñ¿éìíñóú`,
	`#$á¡Ñ¿éüíñóú`,
	`#$@[₩]^` + "`" + `{|}~`,
}
