package stormrig_test

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
)

// sabotageHolders declare where a sabotage is handed to a till, a hub or a
// world. They pass one on and never make one.
var sabotageHolders = []string{"pos/engine/engine.go", "pos/hub/hub.go", "scenarios/rig/options.go"}

// sabotageUsers may ask for the catalogue: what proves, and what must be red to
// show that it is not blind.
var sabotageUsers = []string{"scenarios/prove", "scenarios/campaign", "scenarios/shrink", "scenarios/explore"}

// proveCommand is the only command that reaches the catalogue.
const proveCommand = "cmd/stormrig/prove.go"

const honest = "only scenarios/prove and tests make a sabotage: no flag, file or variable of till, hub or run may reach one"

func sabotageRules() []rule {
	return []rule{
		{"only proofs and tests make sabotages", goOnly(sabotageFindings), []sample{
			{"pos/till/a.go", "package till\n\nimport _ \"stormrig/pos/sabotage\"\n", 3},
			{"pos/hub/hub.go", "package hub\n\nimport \"stormrig/pos/sabotage\"\n\nvar s = sabotage.Set{AppliedTwice: true}\n", 5},
			{"scenarios/rig/a.go", "package rig\n\nimport _ \"stormrig/pos/sabotage\"\n", 3},
			{"scenarios/rig/b.go", "package rig\n\nfunc f(o *Options) { o.Sabotage.KickAgain = true }\n", 3},
			{"scenarios/rig/c.go", "package rig\n\nvar o = Options{Sabotage: bad}\n", 3},
			{"scenarios/rig/d.go", "package rig\n\nfunc f(c *config, o Options) { c.Sabotage = o.Sabotage }\n", 0},
			{"scenarios/rig/e.go", "package rig\n\nfunc f(c *config) { c.Sabotage = all() }\n", 3},
			{"scenarios/prove/a.go", "package prove\n\nimport \"stormrig/pos/sabotage\"\n\nvar s = sabotage.Set{KickAgain: true}\n", 0},
			{"pos/till/a_test.go", "package till\n\nimport _ \"stormrig/pos/sabotage\"\n", 0},
			{"cmd/stormrig/run.go", "package main\n\nimport _ \"stormrig/scenarios/prove\"\n", 3},
			{"cmd/stormrig/prove.go", "package main\n\nimport _ \"stormrig/scenarios/prove\"\n", 0},
			{"scenarios/play/a.go", "package play\n\nimport _ \"stormrig/scenarios/prove\"\n", 3},
		}},
	}
}

func sabotageFindings(s source) []finding {
	if s.test() || s.dir() == "scenarios/prove" {
		return nil
	}
	var out []finding
	bad := func(pos token.Pos, what string) { out = append(out, s.at(pos, honest, "%s", what)) }
	for _, spec := range s.file.Imports {
		switch name, _ := strconv.Unquote(spec.Path.Value); {
		case name == "stormrig/pos/sabotage" && !slices.Contains(sabotageHolders, s.path):
			bad(spec.Pos(), "a sabotage could be made here")
		case name == "stormrig/scenarios/prove" && s.path != proveCommand && !slices.Contains(sabotageUsers, s.dir()):
			bad(spec.Pos(), "the catalogue of sabotages is within reach here")
		}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			if named(n.Type, "sabotage", "Set") {
				bad(n.Pos(), "a sabotage is made here")
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && key.Name == sabotageField && !handedOn(n.Value) {
				bad(n.Pos(), "a sabotage is made here")
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if setsSabotage(left) && !(i < len(n.Rhs) && handedOn(n.Rhs[i])) {
					bad(left.Pos(), "a sabotage is made here")
				}
			}
		}
		return true
	})
	return out
}

// sabotageField is what every configuration calls it.
const sabotageField = "Sabotage"

// handedOn tells whether an expression is another configuration's sabotage.
func handedOn(e ast.Expr) bool {
	sel, ok := e.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == sabotageField
}

// setsSabotage tells whether something is x.Sabotage or x.Sabotage.y.
func setsSabotage(e ast.Expr) bool {
	for {
		sel, ok := e.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		if sel.Sel.Name == sabotageField {
			return true
		}
		e = sel.X
	}
}

func named(e ast.Expr, pkg, name string) bool {
	sel, ok := e.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != name {
		return false
	}
	id, ok := sel.X.(*ast.Ident)
	return ok && id.Name == pkg
}
