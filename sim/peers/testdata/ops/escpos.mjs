import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const { Printer } = require('@node-escpos/core');
const Network = require('@node-escpos/network-adapter');

// The adapter writes every answer of the printer to standard output.
console.log = console.error;

function open({ host, port }) {
  const device = new Network(host, port, 3000);
  return new Promise((resolve, reject) => {
    device.open((error) => (error ? reject(error) : resolve(device)));
  });
}

export const ops = {
  // print calls the printer's methods one after the other, and sends; it
  // returns how many bytes.
  async print(o) {
    const device = await open(o);
    const printer = new Printer(device, { encoding: 'cp850', width: 48 });
    for (const [method, ...args] of o.steps) {
      await printer[method](...args);
    }
    await printer.flush();
    const sent = device.device.bytesWritten;
    await printer.close();
    return sent;
  },
  // statuses returns what it makes of the four answers to DLE EOT 1, 4, 2, 3.
  // It wants them in one piece, which nothing promises; so it asks again, on a
  // connection without the rest of them.
  async statuses(o) {
    for (;;) {
      const device = await open(o);
      const found = await new Printer(device, {}).getStatuses().catch(() => null);
      device.device.destroy();
      if (found) {
        return found.flatMap((s) => s.toJSON().statuses).filter((s) => s.status !== 'ok').map((s) => s.label);
      }
    }
  },
};
