import { createRequire } from 'node:module';
const { Printer, InMemory, Align, Style } = createRequire(import.meta.url)('escpos-buffer');

export const ops = {
  // encode returns a receipt for a model, in base64.
  async encode({ model }) {
    const kept = new InMemory();
    const p = await Printer.CONNECT(model, kept);
    await p.writeln('plain', 0, Align.Left);
    await p.writeln('bold', Style.Bold);
    await p.writeln('middle', 0, Align.Center);
    await p.writeln('Áçênts R$ 5,00', 0, Align.Left);
    await p.withStyle({ width: 2, height: 2 }, () => p.writeln('big'));
    await p.qrcode('https://example.com/buffer', 5);
    await p.feed(6); // to the cutter
    await p.cutter();
    await p.drawer();
    return kept.buffer().toString('base64');
  },
};
