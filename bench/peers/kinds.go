package main

import (
	"runtime/debug"

	"stormrig/bench/load"
)

// kinds lists the peers in the order of the table.
func kinds() []load.Kind {
	out := []load.Kind{
		{Name: "sqlite-modernc", Version: versionOf("modernc.org/sqlite"), Open: openSQLite("sqlite"),
			Note: "WAL, synchronous=FULL, our group commit before it"},
	}
	if mattn {
		out = append(out, load.Kind{Name: "sqlite-mattn", Version: versionOf("github.com/mattn/go-sqlite3"), Open: openSQLite("sqlite3"),
			Note: "WAL, synchronous=FULL, our group commit before it; what C allocates is not counted"})
	}
	return append(out,
		load.Kind{Name: "pebble", Version: versionOf("github.com/cockroachdb/pebble/v2"), Open: openPebble,
			Note: "Sync, its own group commit"},
		load.Kind{Name: "badger", Version: versionOf("github.com/dgraph-io/badger/v4"), Open: openBadger,
			Note: "SyncWrites, its own batching"})
}

// versionOf returns the version of a module that this program was built with.
func versionOf(module string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, m := range info.Deps {
		if m.Path == module {
			return m.Version
		}
	}
	return ""
}
