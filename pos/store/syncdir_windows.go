package store

// syncDir does nothing: Windows has no call that makes a directory's names
// durable. NTFS journals them by itself.
func syncDir(string) error { return nil }
