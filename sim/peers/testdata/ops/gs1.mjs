import { Aim, GS1 } from '@point-of-sale/barcode-parser';

export const ops = {
  // parse reads scans as a till gets them: an AIM identifier and a value.
  parse: ({ scans }) => scans.map(({ aim, value }) => {
    const parsed = GS1.parse({ value, ...Aim.decode(aim, value) });
    return {
      gtin: parsed?.gtin ?? '',
      elements: (parsed?.elements ?? []).map((e) => ({ AI: e.ai ?? '', Value: e.value })),
    };
  }),
};
