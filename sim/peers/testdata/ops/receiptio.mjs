import receiptio from 'receiptio';

export const ops = {
  // print returns 'success', or what kept it from printing; without a
  // destination, the receipt as the module writes it.
  print: ({ receipt, options }) => receiptio.print(receipt, options),
};
