package certify

import "time"

// PrinterChecks are the checks of a receipt printer, in the order in which
// they are done. What decides a grade says so; the other checks fail a
// printer of any grade.
func PrinterChecks() []Check {
	const second = time.Second
	return []Check{
		{ID: "identity", Title: "It is what it says", Cost: Cost{Time: 3 * second}, Run: identity},
		{ID: "status.live", Title: "Real-time status, idle", Cost: Cost{Time: 3 * second}, Grade: GradeC, Run: statusIdle},
		{ID: "status.cover", Title: "Status with the cover open", Cost: Cost{Time: 20 * second, Hands: 2}, Grade: GradeC, Run: statusCover},
		{ID: "status.paper-out", Title: "Status without paper", Cost: Cost{Time: 30 * second, Hands: 2}, Grade: GradeC, Run: statusPaperOut},
		{ID: "status.near-end", Title: "Status with the end of the roll near", Cost: Cost{Time: 30 * second, Hands: 2}, Run: statusNearEnd},
		{ID: "status.auto", Title: "Automatic status", Cost: Cost{Time: 20 * second, Hands: 4}, Run: statusAuto},
		{ID: "status.transmit", Title: "Status in the order of the buffer", Cost: Cost{Time: 5 * second, Paper: 20}, Run: statusTransmit},
		{ID: "glyphs", Title: "Code pages", Cost: Cost{Time: 60 * second, Paper: 250, Hands: 1}, Run: glyphs},
		{ID: "looks", Title: "Letters, sizes, feeds", Cost: Cost{Time: 40 * second, Paper: 100, Hands: 1}, Run: looks},
		{ID: "codes", Title: "Bar codes and QR codes, read back", Cost: Cost{Time: 60 * second, Paper: 150, Hands: 1}, Run: codes},
		{ID: "codes.size", Title: "Codes are as large as asked for", Cost: Cost{Time: 20 * second, Paper: 60, Hands: 1}, Run: codesDrawn},
		{ID: "image", Title: "Images, dot by dot", Cost: Cost{Time: 30 * second, Paper: 60, Hands: 1}, Run: raster},
		{ID: "cut", Title: "The cut is behind the last line", Cost: Cost{Time: 20 * second, Paper: 120, Hands: 1}, Run: cut},
		{ID: "drawer", Title: "The drawer opens, once an order", Cost: Cost{Time: 20 * second, Hands: 4}, Run: drawer},
		{ID: "completion.answer", Title: "It tells that a receipt is complete", Cost: Cost{Time: 10 * second, Paper: 60}, Grade: GradeB, Run: completionAnswer},
		{ID: "completion.truth", Title: "It tells so only of what is on paper", Cost: Cost{Time: 40 * second, Paper: 120, Hands: 3}, Grade: GradeB, Run: completionTruth},
		{ID: "flow.buffer", Title: "A full buffer loses nothing", Cost: Cost{Time: 120 * second, Paper: 400, Hands: 2}, Run: flowBuffer},
		{ID: "flow.offline", Title: "What is sent while it cannot print", Cost: Cost{Time: 60 * second, Paper: 200, Hands: 3}, Run: flowOffline},
		{ID: "recovery.paper-out", Title: "Paper out in a receipt", Cost: Cost{Time: 60 * second, Paper: 200, Hands: 3}, Run: recoveryPaperOut},
		{ID: "recovery.cover", Title: "Cover opened in a receipt", Cost: Cost{Time: 60 * second, Paper: 200, Hands: 3}, Run: recoveryCover},
		{ID: "recovery.clear", Title: "A receipt that was interrupted can be cleared", Cost: Cost{Time: 60 * second, Paper: 200, Hands: 4}, Run: recoveryClear},
		{ID: "recovery.image", Title: "Paper out in an image", Cost: Cost{Time: 60 * second, Paper: 200, Hands: 4}, Run: recoveryImage},
		{ID: "link.cut", Title: "The link lost inside a command", Cost: Cost{Time: 90 * second, Paper: 500, Hands: 9}, Run: linkCut},
		{ID: "link.once", Title: "The link lost after a receipt", Cost: Cost{Time: 30 * second, Paper: 100, Hands: 2}, Run: linkOnce},
		{ID: "power.cut", Title: "Power lost at chosen bytes", Cost: Cost{Time: 180 * second, Paper: 500, Hands: 36}, Run: powerCut},
		{ID: "speed", Title: "Lines a second", Cost: Cost{Time: 30 * second, Paper: 400}, Run: speed},
		{ID: "latency", Title: "Time of a status answer", Cost: Cost{Time: 10 * second}, Run: latency},
		{ID: "soak", Title: "Receipts in a row", Cost: Cost{Time: 300 * second, Paper: 5000, Hands: 1}, Run: soak},
	}
}
