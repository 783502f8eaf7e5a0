package device_test

import (
	"testing"
	"time"

	"stormrig/hil/driver"
	"stormrig/pos"
	"stormrig/sim/device"
)

// BenchmarkPrinterDay prints a Saturday: 50 receipts of about 30 lines with a
// code each, driver and printer and all. The goal is 20 ms.
func BenchmarkPrinterDay(b *testing.B) {
	doc := receipt(12)
	doc.Lines = append(doc.Lines, doc.Lines[6:14]...)
	doc.Lines = append(doc.Lines, doc.Lines[6:10]...)
	b.ReportAllocs()
	for b.Loop() {
		r := rigWith(driver.PrinterMobile80(), device.Mobile80())
		for n := range 50 {
			r.do(pos.Print{Job: n + 1, Doc: doc})
			r.run(10 * time.Second)
		}
		if len(r.dev.Pieces()) != 50 {
			b.Fatal(len(r.dev.Pieces()))
		}
	}
}

// BenchmarkPrinterClone copies a printer in mid-receipt after 50 pieces.
func BenchmarkPrinterClone(b *testing.B) {
	r := rigWith(driver.PrinterMobile80(), device.Mobile80())
	for n := range 50 {
		r.do(pos.Print{Job: n + 1, Doc: receipt(n)})
		r.run(10 * time.Second)
	}
	r.do(pos.Print{Job: 51, Doc: receipt(51)})
	r.run(300 * time.Millisecond)
	b.ReportAllocs()
	for b.Loop() {
		_ = r.dev.Clone()
	}
}
