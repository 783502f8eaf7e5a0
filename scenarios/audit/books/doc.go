// Package books holds what a shop's exports say, in one shape whatever program
// wrote them: sales, charges, counts of stock. Each record knows the line that
// it stands on, because a shopkeeper believes a line that he can look up.
//
// Reading is a stream; what is kept is one small record a sale, its lines and
// one a charge. [MaxRecords] bounds it; a longer file is read by period.
package books
