import { createRequire } from 'node:module';
const { ThermalPrinter, PrinterTypes } = createRequire(import.meta.url)('node-thermal-printer');

const open = ({ at, width, page }) => new ThermalPrinter({
  type: PrinterTypes.EPSON, interface: `tcp://${at}`, width: width ?? 48, characterSet: page,
});

export const ops = {
  connected: (o) => open(o).isPrinterConnected(),
  // print calls the printer's methods one after the other, then sends what
  // they have gathered. An argument {png} is a picture. It returns what the
  // printer answered, in hex, if 'answer' says to wait for that, and how many
  // bytes were sent.
  async print(o) {
    const p = open(o);
    for (const [method, ...args] of o.steps) {
      await p[method](...args.map((a) => (a?.png ? Buffer.from(a.png, 'base64') : a)));
    }
    const answer = await p.execute({ waitForResponse: !!o.answer });
    return { answer: answer ? Buffer.from(answer).toString('hex') : '', sent: p.getBuffer().length };
  },
};
