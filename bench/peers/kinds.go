package main

import "stormrig/bench/load"

// kinds lists the peers in the order of the table.
func kinds() []load.Kind {
	out := []load.Kind{
		{Name: "sqlite-modernc", Version: load.VersionOf("modernc.org/sqlite"), Open: openSQLite("sqlite"),
			Note: "WAL, synchronous=FULL, our group commit before it"},
	}
	if mattn {
		out = append(out, load.Kind{Name: "sqlite-mattn", Version: load.VersionOf("github.com/mattn/go-sqlite3"), Open: openSQLite("sqlite3"),
			Note: "WAL, synchronous=FULL, our group commit before it; what C allocates is not counted"})
	}
	return append(out,
		load.Kind{Name: "pebble", Version: load.VersionOf("github.com/cockroachdb/pebble/v2"), Open: openPebble,
			Note: "Sync, its own group commit"},
		load.Kind{Name: "badger", Version: load.VersionOf("github.com/dgraph-io/badger/v4"), Open: openBadger,
			Note: "SyncWrites, its own batching"})
}
