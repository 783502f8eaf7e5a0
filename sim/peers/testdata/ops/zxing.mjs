import zxing from '@zxing/library';

export const ops = {
  // pdf417 reads a code from greys, base64, a byte a dot.
  pdf417({ pixels, width, height }) {
    const source = new zxing.RGBLuminanceSource(new Uint8ClampedArray(Buffer.from(pixels, 'base64')), width, height);
    const bitmap = new zxing.BinaryBitmap(new zxing.HybridBinarizer(source));
    return new zxing.PDF417Reader().decode(bitmap).getText();
  },
};
