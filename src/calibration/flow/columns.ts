/**
 * Columns of numbers as text: the smallest type that holds every value, and the values in little endian as base64, such as
 * `uint8 AAEC`. Nothing is lost.
 */

const TYPES = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float64: Float64Array,
} as const;
type TypeName = keyof typeof TYPES;

/** Least and greatest value of the integer types, the smallest type first. */
const RANGES: readonly (readonly [TypeName, number, number])[] = [
  ['uint8', 0, 0xff],
  ['int8', -0x80, 0x7f],
  ['uint16', 0, 0xffff],
  ['int16', -0x8000, 0x7fff],
  ['uint32', 0, 0xffffffff],
  ['int32', -0x80000000, 0x7fffffff],
];
/** A multiple of 3, so that the parts join to one text. */
const CHUNK_BYTES = 24_576;

export function encodeColumn(values: ArrayLike<number>): string {
  const type = typeFor(values);
  const typed = TYPES[type].from(values);
  const bytes = new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength);
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES)));
  }
  return `${type} ${text}`;
}

/** The values, or null where the text is none of `encodeColumn`. */
export function decodeColumn(text: string): Float64Array | null {
  const found = /^([a-z]+\d+)(?: ([A-Za-z0-9+/]*={0,2}))?$/.exec(text);
  if (found === null || !Object.hasOwn(TYPES, found[1]!)) return null;
  const Type = TYPES[found[1] as TypeName];
  const base64 = found[2] ?? '';
  if (base64.length % 4 !== 0) return null;
  const binary = atob(base64);
  if (binary.length % Type.BYTES_PER_ELEMENT !== 0) return null;
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  return Float64Array.from(new Type(bytes.buffer));
}

function typeFor(values: ArrayLike<number>): TypeName {
  let least = 0;
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isInteger(value) || Object.is(value, -0)) return 'float64';
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return RANGES.find(([, min, max]) => least >= min && most <= max)?.[0] ?? 'float64';
}
