import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const escpos = require('escpos');
const Network = require('escpos/adapter/network');

export const ops = {
  // print calls the printer's methods one after the other, sends, and closes;
  // it returns how many bytes.
  async print({ host, port, steps }) {
    const device = new Network(host, port);
    await new Promise((resolve, reject) => device.open((error) => (error ? reject(error) : resolve())));
    const printer = new escpos.Printer(device, { encoding: 'cp850' });
    for (const [method, ...args] of steps) {
      printer[method](...args);
    }
    await new Promise((resolve) => printer.flush(resolve));
    const sent = device.device.bytesWritten;
    await new Promise((resolve) => device.device.end(resolve));
    return sent;
  },
};
