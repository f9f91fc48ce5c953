/* The proof of work: a number that, behind the challenge, gives a SHA-256 digest with enough zero bits in front. By hand, because
   the browser's own digest answers one short text at a time, and not at all where the line is not encrypted. */

const K = new Uint32Array(64);
const START = new Uint32Array(8);

/* The constants are the first bits of the fractions of roots of primes (FIPS 180-4). */
function fraction(value) {
  return ((value - Math.floor(value)) * 2 ** 32) >>> 0;
}

function prepare() {
  let found = 0;
  for (let number = 2; found < 64; number++) {
    let prime = true;
    for (let by = 2; by * by <= number; by++) if (number % by === 0) prime = false;
    if (!prime) continue;
    if (found < 8) START[found] = fraction(Math.sqrt(number));
    K[found++] = fraction(Math.cbrt(number));
  }
}

const W = new Uint32Array(64);
const state = new Uint32Array(8);

function rotated(value, by) {
  return (value >>> by) | (value << (32 - by));
}

function block(bytes, at) {
  for (let i = 0; i < 16; i++) W[i] = (bytes[at + 4 * i] << 24) | (bytes[at + 4 * i + 1] << 16) | (bytes[at + 4 * i + 2] << 8) | bytes[at + 4 * i + 3];
  for (let i = 16; i < 64; i++) {
    const s0 = rotated(W[i - 15], 7) ^ rotated(W[i - 15], 18) ^ (W[i - 15] >>> 3);
    const s1 = rotated(W[i - 2], 17) ^ rotated(W[i - 2], 19) ^ (W[i - 2] >>> 10);
    W[i] = W[i - 16] + s0 + W[i - 7] + s1;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const t1 = (h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const t2 = ((rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

/* Zero bits in front of the digest of an ASCII text, up to 32. */
function zeros(text) {
  const length = text.length;
  const bytes = new Uint8Array((((length + 8) >> 6) + 1) * 64);
  for (let i = 0; i < length; i++) bytes[i] = text.charCodeAt(i);
  bytes[length] = 0x80;
  new DataView(bytes.buffer).setUint32(bytes.length - 4, length * 8);
  state.set(START);
  for (let at = 0; at < bytes.length; at += 64) block(bytes, at);
  return Math.clz32(state[0]);
}

onmessage = (event) => {
  const { challenge, bits } = event.data;
  prepare();
  let number = 0;
  while (zeros(`${challenge}:${number}`) < bits) number++;
  postMessage(String(number));
  close();
};
