import { createRequire } from 'node:module';
const { transform } = createRequire(import.meta.url)('receiptline');

export const ops = {
  // transform makes a receipt in a printer's language, in base64, or as text.
  transform: ({ receipt, options }) => Buffer.from(transform(receipt, options), options.command === 'text' ? 'utf8' : 'latin1').toString('base64'),
};
