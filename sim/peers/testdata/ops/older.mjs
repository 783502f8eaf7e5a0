import EscPosEncoder from 'esc-pos-encoder';

export const ops = {
  // encode calls the encoder's methods one after the other; {pixels} is a
  // picture, base64 of its greys.
  encode({ steps }) {
    const e = new EscPosEncoder();
    for (const [method, ...args] of steps) {
      e[method](...args.map((a) => (a?.pixels ? imageOf(a) : a)));
    }
    return Buffer.from(e.encode()).toString('base64');
  },
};

function imageOf({ pixels, width, height }) {
  const data = new Uint8ClampedArray(width * height * 4);
  Buffer.from(pixels, 'base64').forEach((grey, i) => data.set([grey, grey, grey, 255], 4 * i));
  return { data, width, height };
}
