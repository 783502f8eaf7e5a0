// Package mapping says which column of an export means what. A mapping is
// data: the exports that ship with stormrig are the JSON files under data/,
// and anybody can write another one and give it with --map.
//
// Each names the public documentation that its titles come from. Where that
// could not be read, the note says so and from what the titles were taken
// instead.
package mapping
