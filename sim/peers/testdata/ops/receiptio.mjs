import receiptio from 'receiptio';

const real = globalThis.setTimeout;

export const ops = {
  // hurry makes its time-outs shorter.
  hurry({ times }) {
    globalThis.setTimeout = (done, ms, ...rest) => real(done, ms / times, ...rest);
    return true;
  },
  // print returns 'success', or what kept it from printing; without a
  // destination, the receipt as the module writes it.
  print: ({ receipt, options }) => receiptio.print(receipt, options),
};
