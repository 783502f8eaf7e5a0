package check

// eyes are the classes of devices, as a till names them, whose doings a checker
// judges by what the world saw of them.
var eyes = map[string][]string{
	"J1": {"scanner", "dongle"}, "J2": {"printer"}, "J10": {"scanner"}, "M5": {"printer"},
	"P1": {"dongle"}, "P4": {"dongle"}, "P5": {"dongle"}, "P11": {"dongle"},
	"R1": {"printer"}, "R2": {"printer"}, "R3": {"printer"}, "R4": {"printer"}, "R5": {"printer"}, "R6": {"printer"},
}

// Eyes are the classes of devices that must have been watched for a checker's
// word to be worth anything: of metal that nobody watches, the history is silent.
func Eyes(id string) []string { return eyes[id] }
