import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const GPS = require('gps');
const { parseNmeaSentence } = require('nmea-simple');

export const ops = {
  // parse returns what both modules make of a sentence: where it is, and when.
  parse: ({ lines }) => lines.map((line) => {
    const a = GPS.Parse(line);
    const b = parseNmeaSentence(line);
    return [
      { valid: a.valid && (a.status ?? a.quality ?? 'void') !== 'void', lat: a.lat ?? 0, lon: a.lon ?? 0, time: a.time.toISOString() },
      { valid: b.chxOk && (b.status ?? b.fixType) !== 'warning' && b.fixType !== 'none', lat: b.latitude, lon: b.longitude, time: (b.datetime ?? b.time).toISOString() },
    ];
  }),
};
