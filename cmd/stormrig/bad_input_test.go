package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A right file of each kind; a case changes one thing in it.
const (
	aScenario = `scenario: day
shop: {catalogue: boutique, zone: Asia/Manila, opens: "2026-07-18 10:00", closes: "2026-07-18 21:00"}
tills:
  phone: {devices: [scanner, dongle, printer]}
shoppers: {before: 9, storm: 7, card: 60%}
weather:
  - {cut: network, at: "14:02", for: 3h}
  - {drop: phone, during: commit, of: storm sale 2}
`
	aTable     = "date,time,transaction,item\n2016-11-05,08:00,1,Tea\n"
	aCatalogue = `catalogue: shop
currency: PHP
items:
  - {id: tea, name: Tea, price: PHP 185.75, barcode: "2000000000015"}
`
)

// badInputs are wrong scenarios, exports, catalogues and command lines, each
// with what is said and the exit code. The packages' own tables are longer.
var badInputs = []struct {
	args     string // FILE stands for the changed file
	old, new string
	says     string
	code     Code
}{
	// scenarios
	{"run FILE.yaml", aScenario, "", "FILE.yaml:1:1: the file is empty", Usage},
	{"run FILE.yaml", "3h}", "3h", "FILE.yaml:8:3: this is not YAML: ',' or '}' must be specified", Usage},
	{"run FILE.yaml", "weather:", "wether:", `FILE.yaml:6:1: the file has no key "wether"`, Usage},
	{"run FILE.yaml", "shoppers:", "scenario: x\nshoppers:", `FILE.yaml:5:1: key "scenario" already defined at [1:1]`, Usage},
	{"run FILE.yaml", "3h", "3", `FILE.yaml:7:38: for: "3" has no unit of time`, Usage},
	{"run FILE.yaml", "60%", "60", `FILE.yaml:5:39: card: "60" has no percent sign`, Usage},
	{"run FILE.yaml", "9", "nine", `FILE.yaml:5:20: before: "nine" is not a whole number`, Usage},
	{"run FILE.yaml", "boutique", "botique", `FILE.yaml:2:19: there is no catalogue "botique"`, Usage},
	{"run FILE.yaml", "Asia/Manila", "Asia/Manilla", `FILE.yaml:2:35: there is no time zone "Asia/Manilla"`, Usage},
	{"run FILE.yaml", "21:00", "09:00", "FILE.yaml:2:83: the shop closes before it opens", Usage},
	{"run FILE.yaml", "14:02", "09:02", "FILE.yaml:7:24: 09:02 is outside of the opening hours", Usage},
	{"run FILE.yaml", "dongle", "dongel", `FILE.yaml:4:30: there is no device "dongel"`, Usage},
	{"run FILE.yaml", "[scanner, dongle, printer]", "scanner", "FILE.yaml:4:20: devices wants a list, not a single value", Usage},
	{"run FILE.yaml", "drop: phone", "drop: fone", `FILE.yaml:8:12: drop: nothing here is called "fone"`, Usage},
	{"run FILE.yaml", "drop:", "dorp:", `FILE.yaml:8:6: fault 2 has no key "dorp"`, Usage},
	{"run FILE.yaml", "during: commit", "during: comit", `FILE.yaml:8:27: there is no span "comit"`, Usage},
	{"run FILE.yaml", "storm sale 2", "storm sale 8", "FILE.yaml:8:39: there is no storm sale 8: 7 sales fall into the storm", Usage},
	{"run FILE.yaml", ", of: storm sale 2", "", "FILE.yaml:8:5: during commit of which sale?", Usage},
	{"run FILE.yaml", "drop: phone, during: commit, of: storm sale 2", `edit: scarf/jade, by: phone, price: 790, at: "15:00"`, `FILE.yaml:8:42: price: "790" has no currency`, Usage},
	{"run FILE.yaml", "drop: phone, during: commit, of: storm sale 2", `edit: scarf/jaed, by: phone, price: PHP 790.00, at: "15:00"`, `FILE.yaml:8:12: catalogue boutique has no variant "scarf/jaed"`, Usage},
	// exports
	{"import FILE.csv --to -", aTable, "", "FILE.csv:1:1: the file is empty", Usage},
	{"import FILE.csv --to -", "time", "tiem", "FILE.csv:1:1: there is no column time", Usage},
	{"import FILE.csv --to -", ",Tea", "", "FILE.csv:2:1: 3 fields where the header has 4", Usage},
	{"import FILE.csv --to -", "Tea", `"Tea`, "FILE.csv:2:1: a field's quotes never end or end too early", Usage},
	{"import FILE.csv --to -", "2016-11-05", "11/05/2016", `FILE.csv:2:1: date: "11/05/2016" is no date`, Usage},
	{"import FILE.csv --to -", "08:00", "8 o'clock", `FILE.csv:2:12: time: "8 o'clock" is no time of day`, Usage},
	{"import FILE.csv --to -", "Tea", "NONE", "nothing was sold on 2016-11-05", Usage},
	{"import FILE.csv --to -", "Tea\n", "Tea\n2016-11-06,08:00,2,Tea\n", "FILE.csv has 2 days, choose one with --date", Usage},
	{"import FILE.csv --date 2016-11-06 --to -", "", "", "FILE.csv has nothing on 2016-11-06", Usage},
	{"import FILE.csv --date 6.11. --to -", "", "", `--date: "6.11." is no date`, Usage},
	{"import FILE.csv", "", "", "--to is missing", Usage},
	{"import FILE.csv --to - --json", "", "", "--to - and --json both want standard output", Usage},
	{"import FILE.csv --to - --weather strom", "", "", `there is no scenario "strom"`, Usage},
	{"import FILE.csv --to - --zone Mars", "", "", `--zone: there is no time zone "Mars"`, Usage},
	{"import FILE.csv --to - --name My.Day", "", "", `--name: "My.Day" is no name of a scenario`, Usage},
	// catalogues
	{"import TABLE --to - --catalogue FILE.yaml", "PHP\n", "PHX\n", `FILE.yaml:2:11: "PHX" is no currency`, Usage},
	{"import TABLE --to - --catalogue FILE.yaml", "0015", "0016", "FILE.yaml:4:54: barcode 2000000000016 has the check digit 6", Usage},
	{"import TABLE --to - --catalogue FILE.yaml", "185.75", "185.755", `FILE.yaml:4:33: price: "185.755" has 3 decimals, PHP has 2`, Usage},
	{"import TABLE --to - --catalogue FILE.yaml", "id: tea, ", "", `FILE.yaml:4:5: item 1 has no "id"`, Usage},
	{"import TABLE --to - --catalogue bakry", "", "", `there is no catalogue "bakry"`, Usage},
	// command lines
	{"", "", "", "a command is missing", Usage},
	{"rnu", "", "", `there is no command "rnu"`, Usage},
	{"run", "", "", "SCENARIO is missing", Usage},
	{"run a b", "", "", `"b" is one argument too many`, Usage},
	{"run one-sale --sed 3", "", "", "unknown flag: --sed", Usage},
	{"run one-sale --seed", "", "", "flag needs an argument: --seed", Usage},
	{"run one-sale --seed three", "", "", `--seed: "three" is no seed`, Usage},
	{"run one-sale --seed -1", "", "", `--seed: "-1" is no seed`, Usage},
	{"run one-sale --seed 9007199254740992", "", "", "--seed: 9007199254740992 is not below 2^53", Usage},
	{"run one-sale --seed 99999999999999999999", "", "", "is not below 2^53", Usage},
	{"run one-sale --seeds 5", "", "", `"5" is not a range of seeds`, Usage},
	{"run one-sale --seeds 9..1", "", "", "the range 9..1 runs backwards", Usage},
	{"run one-sale --seed 1 --seeds 1..2", "", "", "--seed and --seeds together", Usage},
	{"run one-sale --evidence some", "", "", `there is no evidence "some"`, Usage},
	{"run one-sale --rig simm", "", "", `there is no rig "simm"`, Usage},
	{"run one-sale --rig machine", "", "", "the rig machine is not there yet", Unavailable},
	{"explain J99", "", "", `there is nothing called "J99"`, Usage},
	{"explain J1 --schema", "", "", `"J1" has no schema`, Usage},
	{"check FILE.yaml", "", "", "is no history", Usage},
	{"verify FILE.yaml", "", "", "is no folder", Usage},
	{"replay nowhere", "", "", "nowhere", Usage},
}

func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	table := filepath.Join(dir, "table.csv")
	require.NoError(t, os.WriteFile(table, []byte(aTable), 0o600))
	for i, c := range badInputs {
		text, file := aScenario, filepath.Join(dir, "f.yaml")
		switch {
		case strings.Contains(c.args, "FILE.csv"):
			text, file = aTable, filepath.Join(dir, "f.csv")
		case strings.Contains(c.args, "--catalogue"):
			text = aCatalogue
		}
		require.Contains(t, text, c.old, "case %d", i)
		require.NoError(t, os.WriteFile(file, []byte(strings.Replace(text, c.old, c.new, 1)), 0o600))
		name := strings.NewReplacer("FILE.yaml", file, "FILE.csv", file, "TABLE", table)
		var args []string
		for _, a := range strings.Fields(c.args) {
			args = append(args, name.Replace(a))
		}
		code, stdout, stderr := playLine(t.Context(), engines{}, args...)
		assert.Equal(t, c.code, code, "%s: %s", c.args, stderr)
		assert.Contains(t, stderr, name.Replace(c.says), c.args)
		assert.Empty(t, stdout, c.args)
	}
}
