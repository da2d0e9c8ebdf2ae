// Makes Chromium's screenshots small: pages of text have few colours, so a PNG with a palette (RFC 2083) holds them in a quarter of the bytes.
import {crc32, deflateSync, inflateSync} from 'node:zlib';

function chunks(png) {
  const found = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    found.push({type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + png.readUInt32BE(at))});
  return found;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

function paeth(left, up, corner) {
  const [a, b, c] = [left, up, corner].map(value => Math.abs(left + up - corner - value));
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

// The pixels, `size` bytes each, without the filters of the lines.
function pixels(data, width, height, size) {
  const line = width * size;
  const out = Buffer.alloc(line * height);
  for (let y = 0; y < height; y++) {
    const filter = data[y * (line + 1)];
    for (let x = 0; x < line; x++) {
      const left = x < size ? 0 : out[y * line + x - size];
      const up = y === 0 ? 0 : out[(y - 1) * line + x];
      const corner = x < size || y === 0 ? 0 : out[(y - 1) * line + x - size];
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      out[y * line + x] = data[y * (line + 1) + 1 + x] + guess;
    }
  }
  return out;
}

// Each pixel's colour as one of at most 256, with as many bits a channel as that takes.
function indexed(all, size, bits = 8) {
  const colours = new Map();
  const mask = 0x100 - (1 << (8 - bits));
  const places = Buffer.alloc(all.length / size);
  for (let at = 0; at < places.length; at++) {
    const colour = ((all[at * size] & mask) << 16) | ((all[at * size + 1] & mask) << 8) | (all[at * size + 2] & mask);
    if (!colours.has(colour)) colours.set(colour, colours.size);
    if (colours.size > 256) return indexed(all, size, bits - 1);
    places[at] = colours.get(colour);
  }
  const whole = channel => channel | (channel >> bits); // white stays white
  return {places, palette: Buffer.from([...colours.keys()].flatMap(colour => [colour >> 16, (colour >> 8) & 255, colour & 255].map(whole)))};
}

// The same picture of a screenshot (8 bits, RGB or RGBA) with a palette.
export function smaller(png) {
  const parts = chunks(png);
  const header = Buffer.from(parts[0].data);
  const [width, height, size] = [header.readUInt32BE(0), header.readUInt32BE(4), header[9] === 6 ? 4 : 3];
  const data = inflateSync(Buffer.concat(parts.filter(part => part.type === 'IDAT').map(part => part.data)));
  const {places, palette} = indexed(pixels(data, width, height, size), size);
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) places.copy(lines, y * (width + 1) + 1, y * width, (y + 1) * width);
  header[9] = 3;
  const compressed = deflateSync(lines, {level: 9});
  return Buffer.concat([png.subarray(0, 8), chunk('IHDR', header), chunk('PLTE', palette), chunk('IDAT', compressed), chunk('IEND', Buffer.alloc(0))]);
}
