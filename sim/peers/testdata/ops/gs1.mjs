import { createRequire } from 'node:module';
import { Aim, GS1 } from '@point-of-sale/barcode-parser';
const { parseBarcode } = createRequire(import.meta.url)('gs1-barcode-parser-mod');

export const ops = {
  // parse reads scans as a till gets them: an AIM identifier and a value.
  parse: ({ scans }) => scans.map(({ aim, value }) => {
    const parsed = GS1.parse({ value, ...Aim.decode(aim, value) });
    return {
      gtin: parsed?.gtin ?? '',
      elements: (parsed?.elements ?? []).map((e) => ({ AI: e.ai ?? '', Value: e.value })),
    };
  }),
  // elements returns what another module makes of them.
  elements: ({ scans }) => scans.map(({ aim, value }) => {
    try {
      return parseBarcode(aim + value).parsedCodeItems.map((i) => ({ AI: i.ai, Value: i.raw }));
    } catch (e) {
      return [{ AI: 'error', Value: String(e) }];
    }
  }),
};
