package coverage

// impossibles are the cells that cannot be, with the reason.
var impossibles = map[[2]int]string{}
