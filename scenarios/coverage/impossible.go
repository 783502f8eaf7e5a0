package coverage

// darkDisplay: a till knows of its printer's troubles when the printer has
// told it, after the recovery.
const darkDisplay = "a display is dark while its till recovers, and the till has not asked the printer yet"

// impossibles are the cells that cannot be, with the reason.
var impossibles = map[[2]int]string{
	{fPaper, sRecovery}: darkDisplay,
	{fCover, sRecovery}: darkDisplay,
}
