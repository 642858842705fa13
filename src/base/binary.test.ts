import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter } from './binary.ts';
import { TwinError } from './fault.ts';

type Item =
  | { readonly kind: 'uint8'; readonly value: number }
  | { readonly kind: 'int32'; readonly value: number }
  | { readonly kind: 'float64'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'section'; readonly value: string }
  | { readonly kind: 'int32s'; readonly value: readonly number[] }
  | { readonly kind: 'float64s'; readonly value: readonly number[] }
  | { readonly kind: 'bytes'; readonly value: readonly number[] };

const int32 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
const uint8 = fc.integer({ min: 0, max: 255 });
const anyItem: fc.Arbitrary<Item> = fc.oneof(
  fc.record({ kind: fc.constant('uint8' as const), value: uint8 }),
  fc.record({ kind: fc.constant('int32' as const), value: int32 }),
  fc.record({ kind: fc.constant('float64' as const), value: fc.double() }),
  fc.record({ kind: fc.constant('string' as const), value: fc.string({ unit: 'grapheme' }) }),
  fc.record({ kind: fc.constant('section' as const), value: fc.stringMatching(/^[a-z]{0,20}$/) }),
  fc.record({ kind: fc.constant('int32s' as const), value: fc.array(int32) }),
  fc.record({ kind: fc.constant('float64s' as const), value: fc.array(fc.double()) }),
  fc.record({ kind: fc.constant('bytes' as const), value: fc.array(uint8) }),
);

function write(writer: BinaryWriter, item: Item): void {
  if (item.kind === 'uint8') writer.uint8(item.value);
  else if (item.kind === 'int32') writer.int32(item.value);
  else if (item.kind === 'float64') writer.float64(item.value);
  else if (item.kind === 'string') writer.string(item.value);
  else if (item.kind === 'section') writer.section(item.value);
  else if (item.kind === 'int32s') writer.array(Int32Array.from(item.value));
  else if (item.kind === 'float64s') writer.array(Float64Array.from(item.value));
  else writer.array(Uint8Array.from(item.value));
}

function read(reader: BinaryReader, item: Item): unknown {
  if (item.kind === 'uint8') return reader.uint8();
  if (item.kind === 'int32') return reader.int32();
  if (item.kind === 'float64') return reader.float64();
  if (item.kind === 'string') return reader.string();
  if (item.kind === 'int32s') return [...reader.int32Array()];
  if (item.kind === 'float64s') return [...reader.float64Array()];
  if (item.kind === 'bytes') return [...reader.uint8Array()];
  reader.section(item.value);
  return item.value;
}

function bytesOf(items: readonly Item[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const one of items) write(writer, one);
  return writer.finish();
}

describe('BinaryWriter and BinaryReader', () => {
  it('give back what was written', () => {
    fc.assert(
      fc.property(fc.array(anyItem, { maxLength: 30 }), (items) => {
        const reader = new BinaryReader(bytesOf(items));
        for (const one of items) expect(read(reader, one)).toEqual(one.value);
        expect(reader.isAtEnd).toBe(true);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('read from a Buffer that is a view of a larger memory, as files give it', () => {
    const bytes = bytesOf([
      { kind: 'uint8', value: 1 },
      { kind: 'int32s', value: [1, -2, 3] },
      { kind: 'float64s', value: [0.5] },
    ]);
    const file = Buffer.concat([Buffer.from([9, 9, 9]), bytes, Buffer.from([9])]).subarray(
      3,
      3 + bytes.length,
    );
    const reader = new BinaryReader(file);
    expect(reader.uint8()).toBe(1);
    const words = reader.int32Array();
    expect([...words]).toEqual([1, -2, 3]);
    expect([...reader.float64Array()]).toEqual([0.5]);
    words[0] = 77;
    expect(bytesOf([{ kind: 'uint8', value: 1 }])[0]).toBe(1);
    expect(new BinaryReader(file.subarray(1)).int32Array()[0]).toBe(1);
  });

  it('hold arrays larger than the starting buffer, and only the asked-for part of an array', () => {
    const large = Float64Array.from({ length: 100_000 }, (_, i) => i / 3);
    const writer = new BinaryWriter();
    writer.uint8(1);
    writer.array(large);
    writer.array(large.subarray(10, 20), 3);
    const reader = new BinaryReader(writer.finish());
    expect(reader.uint8()).toBe(1);
    expect(reader.float64Array()).toEqual(large);
    expect(reader.float64Array()).toEqual(large.slice(10, 13));
  });

  it('say at every cut that the snapshot is not complete', () => {
    const items: Item[] = [
      { kind: 'section', value: 'kernel' },
      { kind: 'float64', value: 1.5 },
      { kind: 'string', value: 'größe' },
      { kind: 'int32s', value: [1, 2, 3] },
    ];
    const bytes = bytesOf(items);
    for (let length = 0; length < bytes.length; length++) {
      const reader = new BinaryReader(bytes.subarray(0, length));
      const readAll = () => items.map((one) => read(reader, one));
      expect(readAll, `${length} bytes`).toThrow(expect.objectContaining({ code: 'BASE_SNAPSHOT' }));
    }
  });

  it('raise BASE_SNAPSHOT or nothing, never another error, for damaged bytes', () => {
    const items: Item[] = [
      { kind: 'section', value: 'x' },
      { kind: 'float64s', value: [1, 2] },
      { kind: 'string', value: 'abc' },
    ];
    const bytes = bytesOf(items);
    let faults = 0;
    for (let at = 0; at < bytes.length; at++) {
      for (const mask of [1, 0x80, 0xff]) {
        const damaged = bytes.slice();
        damaged[at]! ^= mask;
        const reader = new BinaryReader(damaged);
        try {
          for (const one of items) read(reader, one);
        } catch (error) {
          expect(error).toBeInstanceOf(TwinError);
          expect((error as TwinError).code).toBe('BASE_SNAPSHOT');
          faults++;
        }
      }
    }
    expect(faults).toBeGreaterThan(20);
  });

  it('name the section that was expected and the one that was found', () => {
    const reader = new BinaryReader(bytesOf([{ kind: 'section', value: 'venue' }]));
    expect(() => reader.section('kernel')).toThrow('expected=kernel found=venue');
  });
});
