/**
 * XXH64, the checksum of zstd frames, over 32-bit halves: a bigint for every 8
 * bytes of a file would be one allocation each.
 * Source: Y. Collet, "xxHash fast digest algorithm", XXH64, steps 1 to 7; RFC 8878 §3.1.1 (content checksum).
 */

const P1_HI = 0x9e3779b1 | 0;
const P1_LO = 0x85ebca87 | 0;
const P2_HI = 0xc2b2ae3d | 0;
const P2_LO = 0x27d4eb4f | 0;
const P3_HI = 0x165667b1;
const P3_LO = 0x9e3779f9 | 0;
const P4_HI = 0x85ebca77 | 0;
const P4_LO = 0xc2b2ae63 | 0;
const P5_HI = 0x27d4eb2f;
const P5_LO = 0x165667c5;
const STRIPE_BYTES = 32;

/** High half of the low 64 bits of a product; the low half is Math.imul of the low halves. */
function mulHi(aHi: number, aLo: number, bHi: number, bLo: number): number {
  const a0 = aLo & 0xffff;
  const a1 = aLo >>> 16;
  const b0 = bLo & 0xffff;
  const b1 = bLo >>> 16;
  const inner = (Math.imul(a1, b0) + (Math.imul(a0, b0) >>> 16)) | 0;
  const outer = (Math.imul(a0, b1) + (inner & 0xffff)) | 0;
  const carried = (Math.imul(a1, b1) + (inner >>> 16) + (outer >>> 16)) | 0;
  return (carried + Math.imul(aHi, bLo) + Math.imul(aLo, bHi)) | 0;
}

function addHi(aHi: number, aLo: number, bHi: number, bLo: number): number {
  return (aHi + bHi + ((aLo >>> 0) + (bLo >>> 0) > 0xffff_ffff ? 1 : 0)) | 0;
}

/** One lane takes 8 bytes: acc = rotl(acc + input * P2, 31) * P1. `lanes` holds pairs of high and low halves. */
function takeLane(lanes: Int32Array, at: number, inHi: number, inLo: number): void {
  const pHi = mulHi(inHi, inLo, P2_HI, P2_LO);
  const pLo = Math.imul(inLo, P2_LO);
  const sHi = addHi(lanes[at]!, lanes[at + 1]!, pHi, pLo);
  const sLo = (lanes[at + 1]! + pLo) | 0;
  const rHi = (sHi << 31) | (sLo >>> 1);
  const rLo = (sLo << 31) | (sHi >>> 1);
  lanes[at] = mulHi(rHi, rLo, P1_HI, P1_LO);
  lanes[at + 1] = Math.imul(rLo, P1_LO);
}

/** A 64-bit accumulator for the closing steps, which run once per digest. */
class Word64 {
  hi = 0;
  lo = 0;

  add(hi: number, lo: number): void {
    const sumHi = addHi(this.hi, this.lo, hi, lo);
    this.lo = (this.lo + lo) | 0;
    this.hi = sumHi;
  }

  multiply(hi: number, lo: number): void {
    const high = mulHi(this.hi, this.lo, hi, lo);
    this.lo = Math.imul(this.lo, lo);
    this.hi = high;
  }

  xor(hi: number, lo: number): void {
    this.hi ^= hi;
    this.lo ^= lo;
  }

  /** Rotates left by 1 to 31 bits. */
  rotate(bits: number): void {
    const hi = (this.hi << bits) | (this.lo >>> (32 - bits));
    this.lo = (this.lo << bits) | (this.hi >>> (32 - bits));
    this.hi = hi;
  }

  /** Adds the bits that lie `bits` (1 to 63) places higher, without carry. */
  xorShiftRight(bits: number): void {
    if (bits >= 32) this.xor(0, this.hi >>> (bits - 32));
    else this.xor(this.hi >>> bits, (this.lo >>> bits) | (this.hi << (32 - bits)));
  }
}

/** Incremental XXH64 with seed 0. */
export class Xxh64 {
  readonly #lanes = new Int32Array(8);
  readonly #rest = new Uint8Array(STRIPE_BYTES);
  readonly #restView = new DataView(this.#rest.buffer);
  #restBytes = 0;
  #totalBytes = 0;

  constructor() {
    this.#lanes.set([addHi(P1_HI, P1_LO, P2_HI, P2_LO), (P1_LO + P2_LO) | 0, P2_HI, P2_LO, 0, 0]);
    this.#lanes[6] = ~P1_HI;
    this.#lanes[7] = -P1_LO | 0;
  }

  update(bytes: Uint8Array): void {
    this.#totalBytes += bytes.length;
    let at = 0;
    if (this.#restBytes > 0) {
      at = Math.min(STRIPE_BYTES - this.#restBytes, bytes.length);
      this.#rest.set(bytes.subarray(0, at), this.#restBytes);
      this.#restBytes += at;
      if (this.#restBytes < STRIPE_BYTES) return;
      this.#takeStripes(this.#restView, 0, STRIPE_BYTES);
      this.#restBytes = 0;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = at + Math.floor((bytes.length - at) / STRIPE_BYTES) * STRIPE_BYTES;
    this.#takeStripes(view, at, end);
    this.#rest.set(bytes.subarray(end));
    this.#restBytes = bytes.length - end;
  }

  /** The digest of the bytes so far, as two uint32 halves. */
  digest(): { readonly hi: number; readonly lo: number } {
    const word = new Word64();
    if (this.#totalBytes >= STRIPE_BYTES) this.#mergeLanes(word);
    else word.add(P5_HI, P5_LO);
    word.add(Math.floor(this.#totalBytes / 0x1_0000_0000), this.#totalBytes | 0);
    this.#takeRest(word);
    word.xorShiftRight(33);
    word.multiply(P2_HI, P2_LO);
    word.xorShiftRight(29);
    word.multiply(P3_HI, P3_LO);
    word.xorShiftRight(32);
    return { hi: word.hi >>> 0, lo: word.lo >>> 0 };
  }

  #takeStripes(view: DataView, from: number, to: number): void {
    const lanes = this.#lanes;
    for (let at = from; at < to; at += STRIPE_BYTES) {
      takeLane(lanes, 0, view.getInt32(at + 4, true), view.getInt32(at, true));
      takeLane(lanes, 2, view.getInt32(at + 12, true), view.getInt32(at + 8, true));
      takeLane(lanes, 4, view.getInt32(at + 20, true), view.getInt32(at + 16, true));
      takeLane(lanes, 6, view.getInt32(at + 28, true), view.getInt32(at + 24, true));
    }
  }

  #mergeLanes(word: Word64): void {
    const turned = new Word64();
    for (const [lane, bits] of [1, 7, 12, 18].entries()) {
      turned.hi = this.#lanes[lane * 2]!;
      turned.lo = this.#lanes[lane * 2 + 1]!;
      turned.rotate(bits);
      word.add(turned.hi, turned.lo);
    }
    const scratch = new Int32Array(2);
    for (let lane = 0; lane < 4; lane++) {
      scratch.fill(0);
      takeLane(scratch, 0, this.#lanes[lane * 2]!, this.#lanes[lane * 2 + 1]!);
      word.xor(scratch[0]!, scratch[1]!);
      word.multiply(P1_HI, P1_LO);
      word.add(P4_HI, P4_LO);
    }
  }

  #takeRest(word: Word64): void {
    const scratch = new Int32Array(2);
    const term = new Word64();
    let at = 0;
    for (; at + 8 <= this.#restBytes; at += 8) {
      scratch.fill(0);
      takeLane(scratch, 0, this.#restView.getInt32(at + 4, true), this.#restView.getInt32(at, true));
      word.xor(scratch[0]!, scratch[1]!);
      word.rotate(27);
      word.multiply(P1_HI, P1_LO);
      word.add(P4_HI, P4_LO);
    }
    if (at + 4 <= this.#restBytes) {
      term.hi = 0;
      term.lo = this.#restView.getInt32(at, true);
      term.multiply(P1_HI, P1_LO);
      word.xor(term.hi, term.lo);
      word.rotate(23);
      word.multiply(P2_HI, P2_LO);
      word.add(P3_HI, P3_LO);
      at += 4;
    }
    for (; at < this.#restBytes; at++) {
      term.hi = 0;
      term.lo = this.#rest[at]!;
      term.multiply(P5_HI, P5_LO);
      word.xor(term.hi, term.lo);
      word.rotate(11);
      word.multiply(P1_HI, P1_LO);
    }
  }
}
