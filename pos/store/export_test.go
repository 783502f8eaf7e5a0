package store

// ZeroFill is how room is taken where there is no call for it.
var ZeroFill = zeroFill
