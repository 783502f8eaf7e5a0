package main

// wired names what plays and judges in this build.
func wired() engines { return engines{} }
