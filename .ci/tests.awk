# Reads `go test -json`: prints one line a package and, in full, what failed;
# writes "passed failed skipped" of all tests and their subtests into the file tally.

# field is the value of a string or number of a flat JSON object.
function field(name,    at, rest) {
	at = index($0, "\"" name "\":")
	if (at == 0) return ""
	rest = substr($0, at + length(name) + 3)
	if (substr(rest, 1, 1) == "\"") {
		rest = substr(rest, 2)
		return match(rest, /([^\\"]|\\.)*/) ? substr(rest, 1, RLENGTH) : ""
	}
	match(rest, /^[^,}]*/)
	return substr(rest, 1, RLENGTH)
}

# plain undoes the escapes that Go writes; \001 keeps the place of a backslash.
function plain(s) {
	gsub(/\\\\/, "\001", s)
	gsub(/\\n/, "\n", s)
	gsub(/\\t/, "\t", s)
	gsub(/\\"/, "\"", s)
	gsub(/\\u003c/, "<", s)
	gsub(/\\u003e/, ">", s)
	gsub(/\\u0026/, "\\&", s)
	gsub(/\\u001b\[[0-9;]*m/, "", s)
	gsub(/\001/, "\\", s)
	return s
}

{
	action = field("Action"); pkg = field("Package"); test = field("Test")
	key = pkg " " plain(test)
}

action == "build-output" { printf "%s", plain(field("Output")) }
action == "output" && test != "" { said[key] = said[key] plain(field("Output")) }
# Ginkgo tells Go of one test; how many stories it told stands in its own words.
action == "output" && match($0, /Ran [0-9]+ of [0-9]+ Specs/) { specs[pkg] = "  " substr($0, RSTART, RLENGTH) }
action == "output" && test == "" { talk[pkg] = talk[pkg] plain(field("Output")) }

test != "" && action == "pass" { passed++; count[pkg]++; delete said[key] }
test != "" && action == "skip" { skipped++; printf "skip  %s\n%s", key, said[key] }
test != "" && action == "fail" {
	failed++; broken[pkg]++
	printf "FAIL  %s\n%s", key, said[key]
	delete said[key]
}

test == "" && action == "pass" { printf "ok    %-45s %5d tests  %6.2f s%s\n", pkg, count[pkg], field("Elapsed"), specs[pkg] }
test == "" && action == "skip" { printf "-     %-45s no tests\n", pkg }
test == "" && action == "fail" {
	printf "FAIL  %-45s %5d tests failed  %6.2f s\n", pkg, broken[pkg], field("Elapsed")
	if (!broken[pkg]) {
		# It did not compile, or it died: one failure, with all it said.
		failed++
		printf "%s", talk[pkg]
		for (k in said) if (index(k, pkg " ") == 1) printf "%s", said[k]
	}
}

END {
	printf "%d tests passed, %d skipped, %d failures\n", passed, skipped, failed
	if (tally) print passed + 0, failed + 0, skipped + 0 > tally
}
