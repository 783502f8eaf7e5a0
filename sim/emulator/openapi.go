package emulator

// openAPI describes the control plane of this device, as OpenAPI 3.1.
func (e *Emulator) openAPI() any {
	type m = map[string]any
	text := func(s string) m { return m{"type": "string", "description": s} }
	body := func(kind string, schema m) m { return m{kind: m{"schema": schema}} }
	ref := func(name string) m { return m{"$ref": "#/components/schemas/" + name} }
	ok := func(says, kind string, schema m) m {
		return m{"200": m{"description": says, "content": body(kind, schema)}}
	}
	wrong := m{"description": "what is wrong, and what to do", "content": body("application/json", ref("failure"))}
	with := func(responses m, codes ...string) m {
		for _, c := range codes {
			responses[c] = wrong
		}
		return responses
	}
	query := func(name, says string) m {
		return m{"name": name, "in": "query", "required": false, "description": says, "schema": m{"type": "integer", "minimum": 0}}
	}
	get := func(id, summary string, responses m, parameters ...m) m {
		op := m{"operationId": id, "summary": summary, "responses": responses}
		if len(parameters) > 0 {
			op["parameters"] = parameters
		}
		return m{"get": op}
	}
	out := m{
		"/v1/status":       get("status", "the device as it is now", ok("its state", "application/json", ref("status"))),
		"/v1/actions":      get("actions", "what a hand can do", ok("the actions", "application/json", m{"type": "object"})),
		"/v1/scene":        get("scene", "what can be seen on the bench: paper, drawer, what the device shows", ok("paper, newest last; pulses of the drawer; what was shown", "application/json", ref("scene"))),
		"/v1/openapi.json": get("openapi", "this document", ok("OpenAPI 3.1", "application/json", m{"type": "object"})),
		"/v1/events": get("events", "what happens, as server-sent events", with(ok("a stream; each event's data is JSON", "text/event-stream", ref("event")), "400"),
			query("since", "begin behind the event of this number; 0: from the oldest that is kept"),
			query("follow", "0: end when there are no more")),
		"/v1/do": m{"post": m{"operationId": "do", "summary": "let a hand do something",
			"requestBody": m{"required": true, "content": body("application/json", ref("order"))},
			"responses":   with(ok("done; the state after it", "application/json", ref("status")), "400", "403", "413")}},
	}
	if e.kind.printer != nil {
		piece := query("piece", "one piece of paper, from 1; without it all")
		out["/v1/paper.txt"] = get("paperText", "what can be read on the paper", with(ok("text", "text/plain", m{"type": "string"}), "400"), piece)
		out["/v1/paper.png"] = get("paperPicture", "the paper, dot by dot", with(ok("a picture", "image/png", m{"type": "string", "format": "binary"}), "400"), piece)
	}
	return m{
		"openapi": "3.1.0",
		"info": m{"title": "stormrig: an emulated " + e.kind.Class, "version": "1",
			"description": e.kind.Title + " (profile " + e.kind.Profile + "). No password: for the loopback interface."},
		"paths": out,
		"components": m{"schemas": m{
			"failure": m{"type": "object", "required": []string{"error", "hint"}, "properties": m{"error": text("what is wrong"), "hint": text("what to do")}},
			"order": m{"type": "object", "required": []string{"action"}, "additionalProperties": false, "properties": m{
				"action": m{"type": "string", "enum": e.actionNames()}, "argument": text("what the action needs: see /v1/actions"), "text": text("the same, for scans")}},
			"event": m{"type": "object", "required": []string{"n", "t_ms", "kind", "text"}, "properties": m{
				"n": m{"type": "integer"}, "t_ms": m{"type": "integer", "description": "milliseconds since the start"}, "kind": text("what kind"), "text": text("for people"), "data": m{}}},
			"scene": m{"type": "object", "required": []string{"sheets", "kicks", "shown"}, "properties": m{
				"kicks": m{"type": "integer", "description": "pulses on the drawer's pin 2"},
				"shown": m{"type": "array", "items": m{"type": "string"}},
				"sheets": m{"type": "array", "items": m{"type": "object", "properties": m{"lines": m{"type": "array", "items": m{"type": "string"}}, "state": text("cut, torn off, open or power lost"),
					"width": m{"type": "integer", "description": "dots"}, "rows": text("dots, packed, leftmost in the highest bit, base64")}}}}},
			"status": m{"type": "object", "required": []string{"device", "profile", "power", "plugged", "connected", "events"}, "properties": m{
				"device": text("printer, scanner, dongle or location"), "profile": text("its profile"), "title": text("what it is"),
				"defects": m{"type": "array", "items": m{"type": "string"}}, "listen": text("what a host dials"),
				"power": m{"type": "boolean"}, "plugged": m{"type": "boolean"}, "connected": m{"type": "boolean"},
				"events": m{"type": "integer"}, "received": m{"type": "integer", "description": "bytes taken from hosts"},
				"armed": m{"type": "array", "description": "what was ordered for a byte to come; it goes with the power", "items": m{"type": "object", "properties": m{
					"action": text("power-cut-at, drop-at or brown-out-at"), "bytes": m{"type": "integer", "description": "of the host, until then"}}}},
				"state": m{"description": "the device's own state, if it has any"}}},
		}},
	}
}
