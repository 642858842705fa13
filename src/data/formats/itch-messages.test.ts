import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedFile } from '../../../tests/support/shared-data.ts';
import { TwinError } from '../../base/index.ts';
import {
  decodeItchMessage,
  encodeItchMessage,
  ITCH_LENGTH_BY_CODE,
  ITCH_LENGTHS,
  type ItchMessage,
} from './itch-messages.ts';

const T = 34_200_000_123_456;

/** Market-rules §12.9: bytes and what they say. */
const VECTORS: readonly (readonly [id: string, hex: string, message: ItchMessage])[] = [
  [
    'T12.9-a',
    '41000700001f1acedbd24000000000000003e9420000012c4141504c20202020001c4454',
    {
      type: 'A',
      stockLocate: 7,
      trackingNumber: 0,
      tsEventNs: T,
      orderRef: 1001n,
      side: 'B',
      shares: 300,
      stock: 'AAPL',
      priceE4: 1_852_500,
    },
  ],
  [
    'T12.9-b',
    '45000700021f1acedbd62800000000000003e900000064000000000000022b',
    {
      type: 'E',
      stockLocate: 7,
      trackingNumber: 2,
      tsEventNs: T + 1000,
      orderRef: 1001n,
      shares: 100,
      matchNumber: 555n,
    },
  ],
  [
    'T12.9-c',
    '43000700021f1acedbd62800000000000003e900000032000000000000022c4e001c43f0',
    {
      type: 'C',
      stockLocate: 7,
      trackingNumber: 2,
      tsEventNs: T + 1000,
      orderRef: 1001n,
      shares: 50,
      matchNumber: 556n,
      printable: 'N',
      priceE4: 1_852_400,
    },
  ],
  [
    'T12.9-d',
    '58000700001f1acedbda1000000000000003e900000032',
    { type: 'X', stockLocate: 7, trackingNumber: 0, tsEventNs: T + 2000, orderRef: 1001n, shares: 50 },
  ],
  [
    'T12.9-e',
    '55000700001f1acedbdc0400000000000003e900000000000003ea00000096001c44b8',
    {
      type: 'U',
      stockLocate: 7,
      trackingNumber: 0,
      tsEventNs: T + 2500,
      orderRef: 1001n,
      newOrderRef: 1002n,
      shares: 150,
      priceE4: 1_852_600,
    },
  ],
  [
    'T12.9-f',
    '44000700001f1acedbddf800000000000003e9',
    { type: 'D', stockLocate: 7, trackingNumber: 0, tsEventNs: T + 3000, orderRef: 1001n },
  ],
  [
    'T12.9-g',
    '53000000001f1acedbd24051',
    { type: 'S', stockLocate: 0, trackingNumber: 0, tsEventNs: T, eventCode: 'Q' },
  ],
  [
    'T12.9-h',
    '49000700001f1acedbd240000000000000177000000000000003e8424141504c202020200007a4400007a4400007a314434c',
    {
      type: 'I',
      stockLocate: 7,
      trackingNumber: 0,
      tsEventNs: T,
      pairedShares: 6000n,
      imbalanceShares: 1000n,
      imbalanceDirection: 'B',
      stock: 'AAPL',
      farPriceE4: 500_800,
      nearPriceE4: 500_800,
      referencePriceE4: 500_500,
      crossType: 'C',
      priceVariation: 'L',
    },
  ],
];

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

describe('ITCH message codec', () => {
  it.each(VECTORS)(
    '%s: bytes decode to the message and the message encodes to the bytes',
    (_id, hex, message) => {
      const bytes = bytesOf(hex);
      expect(decodeItchMessage(bytes, 0, bytes.length)).toEqual(message);
      expect(hexOf(encodeItchMessage(message))).toBe(hex);
    },
  );

  it('knows the length of each of the 23 types', () => {
    expect(ITCH_LENGTHS).toEqual({
      ...{ S: 12, R: 39, H: 25, Y: 20, L: 26, V: 35, W: 12, K: 28, J: 35, h: 21, A: 36, F: 40 },
      ...{ E: 31, C: 36, X: 23, D: 19, U: 35, P: 44, Q: 40, B: 19, I: 50, N: 20, O: 48 },
    });
  });

  it('gives back any bytes of a known type, spaces and spare bytes included', () => {
    const types = Object.keys(ITCH_LENGTHS);
    const message = fc.constantFrom(...types).chain((type) => {
      const size = ITCH_LENGTH_BY_CODE[type.charCodeAt(0)]! - 1;
      const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constant(0x20), fc.constant(0));
      return fc.tuple(fc.constant(type), fc.array(byte, { minLength: size, maxLength: size }));
    });
    fc.assert(
      fc.property(message, fc.integer({ min: 0, max: 5 }), ([type, rest], offset) => {
        const bytes = Uint8Array.from([...Array(offset).fill(9), type.charCodeAt(0), ...rest]);
        const decoded = decodeItchMessage(bytes, offset, bytes.length - offset);
        expect(hexOf(encodeItchMessage(decoded))).toBe(hexOf(bytes.subarray(offset)));
      }),
      { seed: 129, numRuns: 2000 },
    );
  });

  it.each([
    ['an unknown type', Uint8Array.from([0x5a, 0, 0]), 3],
    ['a wrong length', bytesOf(VECTORS[0]![1]), 35],
    ['a length beyond the bytes', bytesOf(VECTORS[0]![1]), 37],
    ['no bytes', new Uint8Array(0), 0],
  ])('refuses %s', (_name, bytes, length) => {
    expect(() => decodeItchMessage(bytes, 0, length)).toThrow(TwinError);
  });

  it('refuses values that do not fit their field', () => {
    const add = VECTORS[0]![2] as ItchMessage & { type: 'A' };
    for (const bad of [
      { ...add, shares: 2 ** 32 },
      { ...add, shares: -1 },
      { ...add, shares: 1.5 },
      { ...add, orderRef: 1n << 64n },
      { ...add, stock: 'NINELONGS' },
      { ...add, side: '€' },
      { ...add, type: 'Z' } as unknown as ItchMessage,
    ]) {
      expect(() => encodeItchMessage(bad)).toThrow(TwinError);
    }
  });

  const NASDAQ = sharedFile('data/itch/nasdaq/sample_1000_messages.ITCH50');
  it.skipIf(NASDAQ === null)('re-encodes each message of a real session start to the same bytes', () => {
    expect(reencodeAll(readFileSync(NASDAQ!), false)).toBe(1000);
  });

  const RITCH = sharedFile('data/itch/ritch/ex20101224.TEST_ITCH_50.gz');
  it.skipIf(RITCH === null)('re-encodes each message of a file without lengths to the same bytes', () => {
    expect(reencodeAll(gunzipSync(readFileSync(RITCH!)), true)).toBe(12_012);
  });
});

function reencodeAll(bytes: Uint8Array, hasNoLengths: boolean): number {
  let at = 0;
  let count = 0;
  while (at < bytes.length) {
    const length = hasNoLengths ? ITCH_LENGTH_BY_CODE[bytes[at + 2]!]! : (bytes[at]! << 8) | bytes[at + 1]!;
    const again = encodeItchMessage(decodeItchMessage(bytes, at + 2, length));
    if (hexOf(again) !== hexOf(bytes.subarray(at + 2, at + 2 + length))) throw new Error(`message ${count}`);
    at += 2 + length;
    count++;
  }
  return count;
}
