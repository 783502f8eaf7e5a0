package pos

import "strings"

// The active codes of ISO 4217 (list one, 2026) by their number of decimals.
// Metals, funds without a unit and test codes are left out.
const (
	decimals0 = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
	decimals2 = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP " +
		"BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD " +
		"FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD " +
		"KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD " +
		"NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP " +
		"SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED " +
		"VES WST XCD XCG YER ZAR ZMW ZWG"
	decimals3 = "BHD IQD JOD KWD LYD OMR TND"
	decimals4 = "CLF UYW"
)

var exponents = func() map[Currency]int {
	m := make(map[Currency]int)
	for exp, list := range map[int]string{0: decimals0, 2: decimals2, 3: decimals3, 4: decimals4} {
		for _, code := range strings.Fields(list) {
			m[Currency(code)] = exp
		}
	}
	return m
}()

// Valid tells whether c is an active ISO 4217 code.
func (c Currency) Valid() bool {
	_, ok := exponents[c]
	return ok
}

// Exponent returns how many decimals the currency's minor unit stands for;
// 2 for an unknown code.
func (c Currency) Exponent() int {
	if e, ok := exponents[c]; ok {
		return e
	}
	return 2
}
