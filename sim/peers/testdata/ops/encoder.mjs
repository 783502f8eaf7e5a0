import ReceiptPrinterEncoder from '@point-of-sale/receipt-printer-encoder';
import CodepageEncoder from '@point-of-sale/codepage-encoder';

// A Star is asked to speak ESC/POS, which its makers call a mode of it.
const open = (model, language) => new ReceiptPrinterEncoder({ printerModel: model, ...(language && { language }) });

// number finds what selects a page on a model, by having it selected.
function number(model, language, page) {
  try {
    const bytes = open(model, language).codepage(page).text('x').encode();
    const at = bytes.findIndex((b, i) => b === 0x1b && bytes[i + 1] === 0x74);
    return at < 0 ? null : bytes[at + 2];
  } catch {
    return null; // not on this model
  }
}

export const ops = {
  models: () => ReceiptPrinterEncoder.printerModels.map(({ id }) => {
    const e = open(id);
    const can = e.printerCapabilities;
    return {
      id, language: e.language, columns: e.columns, codes: can.barcodes.symbologies, qr: can.qrcode.supported,
      qrModels: can.qrcode.models, pdf417: can.pdf417.supported, cutter: can.cutter?.feed ?? 0,
      raster: can.images?.mode === 'raster', fonts: Object.keys(can.fonts),
    };
  }),
  pages: ({ model, language, names }) => Object.fromEntries(
    names.map((n) => [n, number(model, language, n)]).filter(([, n]) => n !== null)),
  // encode calls the encoder's methods one after the other; {pixels} is a
  // picture, base64 of its greys.
  encode({ model, language, steps }) {
    const e = open(model, language);
    for (const [method, ...args] of steps) {
      e[method](...args.map((a) => (a?.pixels ? imageOf(a) : a)));
    }
    return Buffer.from(e.encode()).toString('base64');
  },
  codepages: () => CodepageEncoder.getEncodings(),
  bytes: ({ text, page }) => Buffer.from(CodepageEncoder.encode(text, page)).toString('base64'),
};

function imageOf({ pixels, width, height }) {
  const data = new Uint8ClampedArray(width * height * 4);
  Buffer.from(pixels, 'base64').forEach((grey, i) => data.set([grey, grey, grey, 255], 4 * i));
  return { data, width, height };
}
