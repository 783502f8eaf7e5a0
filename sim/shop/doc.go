// Package shop is the people of the shop: shoppers with baskets, and the
// cashier who serves them.
//
// A [Cashier] is a person. He knows what the display shows, what he hears, and
// what paper he holds; nothing else of the till. He pulls the scanner's
// trigger and looks whether the line appeared; when the display goes dark he
// waits, and when it comes back he looks first: a line that is there is not
// scanned again, a sale that the display calls done is done. A till that shows
// something wrong therefore makes him ring a second sale or hand out goods
// that nobody paid for, as it would in a real shop.
//
// His hands reach devices through what he tells ([Trigger], [Swipe], ...): the
// rig carries it out. Paper comes back to him by the action [ActPaper]; where it
// hangs out of a printer without a cutter ([ActHangs]), he tears it off.
package shop
