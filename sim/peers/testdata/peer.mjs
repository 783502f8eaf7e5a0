// Lets a test call other people's modules: one JSON object a line on standard
// input, {"op": name, ...}, and one a line back, {"ok": ...} or {"error": ...}.
// What a module logs goes to standard error.
//
//   node peer.mjs ops/receiptio.mjs
import { createInterface } from 'node:readline';

console.log = console.info = console.debug = console.error;
const { ops } = await import(new URL(process.argv[2], import.meta.url));

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  let answer;
  try {
    answer = { ok: (await ops[order.op](order)) ?? null };
  } catch (e) {
    answer = { error: String(e?.stack ?? e) };
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
process.exit(0);
