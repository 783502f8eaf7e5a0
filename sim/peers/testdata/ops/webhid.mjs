import net from 'node:net';

// A browser's navigator.hid, with one device: a scanner whose reports come
// from a socket, 64 bytes each, the report's number first.
class Device extends EventTarget {
  vendorId = 0x05e0; // Symbol, of those that the module asks for
  productId = 1;
  productName = 'emulated';
  collections = [{ usagePage: 0x8c, usage: 2 }];
  async open() {}
  async close() {}
  async sendFeatureReport() {}
  report(bytes) {
    const data = new DataView(Uint8Array.from(bytes.subarray(1)).buffer);
    this.dispatchEvent(Object.assign(new Event('inputreport'), { reportId: bytes[0], data, device: this }));
  }
}
const device = new Device();
const hid = Object.assign(new EventTarget(), {
  requestDevice: async () => [device],
  getDevices: async () => [device],
});
Object.defineProperty(globalThis, 'navigator', { value: { hid }, configurable: true });

// The package is for browsers only: it offers nothing to others by its name.
const { default: WebHIDBarcodeScanner } = await import('../node_modules/@point-of-sale/webhid-barcode-scanner/dist/webhid-barcode-scanner.esm.js');

const scans = [];
const waiting = [];

export const ops = {
  async connect({ host, port }) {
    const scanner = new WebHIDBarcodeScanner();
    scanner.addEventListener('barcode', (e) => {
      const scan = { value: e.value, symbology: e.symbology, aim: e.aim, fnc1: e.fnc1 ?? 0, gtin: e.data?.gtin ?? '', reports: e.bytes.length };
      waiting.length ? waiting.shift()(scan) : scans.push(scan);
    });
    await scanner.connect();
    let rest = Buffer.alloc(0);
    const socket = net.connect(port, host);
    socket.on('data', (data) => {
      for (rest = Buffer.concat([rest, data]); rest.length >= 64; rest = rest.subarray(64)) {
        device.report(rest.subarray(0, 64));
      }
    });
    await new Promise((resolve, reject) => socket.on('connect', resolve).on('error', reject));
  },
  next: () => scans.shift() ?? new Promise((resolve) => waiting.push(resolve)),
};
