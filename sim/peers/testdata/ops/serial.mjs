import { SerialPort } from 'serialport';

let line;
let came = '';
let wake = () => {};

export const ops = {
  // open opens a serial line; what comes from then on is kept. Without lock,
  // since a read of libuv that is still under way keeps it over a close
  // (serialport/node-serialport, issue 2735), on any line.
  open({ path, ...settings }) {
    came = '';
    line = new SerialPort({ path, baudRate: 9600, ...settings, autoOpen: false, lock: false });
    line.on('data', (data) => {
      came += data.toString('latin1');
      wake();
    });
    return new Promise((resolve, reject) => line.open((error) => (error ? reject(error) : resolve())));
  },
  // read waits for so many bytes and returns all that have come.
  async read({ bytes }) {
    while (came.length < bytes) {
      await new Promise((resolve) => (wake = resolve));
    }
    const got = came;
    came = '';
    return got;
  },
  close: () => new Promise((resolve, reject) => line.close((error) => (error ? reject(error) : resolve()))),
};
