import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedFile } from '../../tests/support/shared-data.ts';
import { TwinError } from '../base/index.ts';
import { Xxh64 } from './xxh64.ts';
import { isZstd, ZstdUnpacker } from './zstd-frames.ts';

const TEXT = 'market twin, market twin, order by order, order by order; '.repeat(8);
/** TEXT, packed by zstd 1.5.4 at level 19 with a checksum. */
const PACKED = Uint8Array.from(
  Buffer.from(
    '28b52ffd0468350100b86d61726b6574207477696e2c206f726465722062793b200400935da9381305968183637e01d0dbd572',
    'hex',
  ),
);

function unpack(packed: Uint8Array, cuts: readonly number[] = []): Uint8Array {
  const unpacker = new ZstdUnpacker('test.zst');
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const cut of [...cuts, packed.length].sort((a, b) => a - b)) {
    for (const part of unpacker.push(packed.slice(from, cut))) parts.push(part);
    from = cut;
  }
  unpacker.finish();
  return Buffer.concat(parts);
}

function textOf(packed: Uint8Array, cuts: readonly number[] = []): string {
  return new TextDecoder().decode(unpack(packed, cuts));
}

function faultOf(packed: Uint8Array): TwinError {
  try {
    unpack(packed);
  } catch (error) {
    if (error instanceof TwinError) return error;
    throw error;
  }
  throw new Error('it was unpacked');
}

/** A frame of one raw block with its content size in 4 bytes, and a checksum. */
function rawFrame(text: string, contentBytes = text.length): Uint8Array {
  const content = new TextEncoder().encode(text);
  const hash = new Xxh64();
  hash.update(content);
  const header = Buffer.alloc(9);
  header.writeUInt32LE(0xfd2f_b528, 0);
  header[4] = (2 << 6) | 32 | 4;
  header.writeUInt32LE(contentBytes, 5);
  const block = Buffer.alloc(3);
  block.writeUIntLE((content.length << 3) | 1, 0, 3);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(hash.digest().lo);
  return Buffer.concat([header, block, content, checksum]);
}

function skippableFrame(payload: Uint8Array): Uint8Array {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(0x184d_2a53, 0);
  head.writeUInt32LE(payload.length, 4);
  return Buffer.concat([head, payload]);
}

describe('unpacking zstd', () => {
  it('unpacks a compressed frame, cut at every byte', () => {
    expect(textOf(PACKED)).toBe(TEXT);
    expect(
      textOf(
        PACKED,
        [...PACKED.keys()].map((at) => at + 1),
      ),
    ).toBe(TEXT);
  });

  it('reads several frames, the empty frame and skippable frames between them', () => {
    const packed = Buffer.concat([
      skippableFrame(new Uint8Array(300)),
      rawFrame('one'),
      PACKED,
      skippableFrame(new Uint8Array(0)),
      rawFrame(''),
      rawFrame('two'),
      skippableFrame(new Uint8Array(3)),
    ]);
    expect(isZstd(packed)).toBe(true);
    fc.assert(
      fc.property(fc.array(fc.nat(packed.length), { maxLength: 30 }), (cuts) => {
        expect(textOf(packed, cuts)).toBe(`one${TEXT}two`);
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('reads a hundred thousand small frames in one chunk', () => {
    const frame = rawFrame('x');
    const packed = Buffer.alloc(frame.length * 100_000);
    for (let i = 0; i < 100_000; i++) packed.set(frame, i * frame.length);
    expect(unpack(packed).length).toBe(100_000);
  });

  it('refuses a stream cut anywhere inside a frame', () => {
    for (let bytes = 1; bytes < PACKED.length; bytes++) {
      expect(faultOf(PACKED.subarray(0, bytes)).code).toBe('DATA_FORMAT');
    }
    expect(faultOf(skippableFrame(new Uint8Array(9)).subarray(0, 12)).message).toContain('inside a frame');
  });

  it('refuses a content size, a checksum, and a magic number that do not fit', () => {
    expect(faultOf(rawFrame('abc', 4)).message).toContain('unpacks to the 4 bytes it names');
    const damaged = rawFrame('abc');
    damaged[12]! ^= 1;
    expect(faultOf(damaged).message).toContain('checksum');
    expect(faultOf(Buffer.concat([rawFrame('abc'), Buffer.from('garbage')])).message).toContain('magic');
  });

  it('refuses a dictionary, an oversized window and a reserved block type by name', () => {
    expect(faultOf(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x21, 7, 1, 1, 0, 0)).message).toContain(
      'dictionary',
    );
    expect(faultOf(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 31 << 3, 1, 0, 0)).message).toContain('window');
    expect(faultOf(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 1, 7, 0, 0)).message).toContain('reserved');
  });

  it('refuses the table of literal weights on which the library would never return', () => {
    const block = [0x82, 0x80, 2, 5, 0xf0, 0x03, 0x55, 0x55, 0x81, 1, 1, 1, 1, 0];
    const head = 1 | (2 << 1) | (block.length << 3);
    const frame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 8, head & 255, head >> 8, 0, ...block);
    expect(faultOf(frame).message).toContain('weights');
  });

  it('says of DBZ that it is not read and what to do', () => {
    const fault = faultOf(skippableFrame(Buffer.from('DBZ\u0001GLBX.MDP3')));
    expect(fault.message).toContain('DBZ');
    expect(fault.message).toContain('convert');
  });

  const real = sharedFile('data/dbn/nautilus/esh4-glbx-mdp3-20231224.mbo.dbn.zst');
  it.skipIf(real === null)(
    'gives the true bytes or a fault, whichever byte of a real file is flipped',
    () => {
      const packed = readFileSync(real!);
      const whole = Buffer.from(unpack(packed));
      let faults = 0;
      fc.assert(
        fc.property(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
          const damaged = Uint8Array.from(packed);
          damaged[at]! ^= flip;
          try {
            expect(whole.equals(unpack(damaged))).toBe(true);
          } catch (error) {
            if (!(error instanceof TwinError)) throw error;
            faults++;
          }
        }),
        { seed: 20231224, numRuns: 150 },
      );
      expect(faults).toBeGreaterThan(100);
    },
  );

  it('returns with the true text or a fault for every flipped bit of a small frame', () => {
    for (let bit = 0; bit < PACKED.length * 8; bit++) {
      const damaged = Uint8Array.from(PACKED);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      try {
        expect(textOf(damaged)).toBe(TEXT);
      } catch (error) {
        if (!(error instanceof TwinError)) throw error;
      }
    }
  });
});
