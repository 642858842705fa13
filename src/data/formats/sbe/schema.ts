/**
 * What an SBE schema says: messages of fixed blocks, repeating groups and texts of variable length, and how each field is
 * encoded. Made from the XML of an exchange (`schema-xml.ts`) or declared by hand (`declare.ts`); everything that decodes
 * reads this and nothing else.
 *
 *   message:  blockLength u16 | templateId u16 | schemaId u16 | version u16 | block | groups | texts
 *   group:    dimension (block length and number of entries) | entries, each a block, its groups and its texts
 *
 * Source: FIX Simple Binary Encoding, version 1.0.
 */

export type SbePrimitive =
  | 'char'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float'
  | 'double';

/** Size of each primitive, bytes. */
export const SBE_BYTES: Readonly<Record<SbePrimitive, number>> = {
  char: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float: 4,
  double: 8,
};

/** The value that stands for none where a schema names no other. A char has 0. */
export const SBE_NULLS: Readonly<Record<SbePrimitive, bigint>> = {
  char: 0n,
  int8: -128n,
  uint8: 255n,
  int16: -32_768n,
  uint16: 65_535n,
  int32: -(2n ** 31n),
  uint32: 2n ** 32n - 1n,
  int64: -(2n ** 63n),
  uint64: 2n ** 64n - 1n,
  float: 0n,
  double: 0n,
};

/** One primitive, or a text of `length` chars. */
export interface SbeScalar {
  readonly kind: 'scalar';
  readonly primitive: SbePrimitive;
  /** Number of primitives; more than one only of chars and of numbers in lists. 0: a constant, which takes no bytes. */
  readonly length: number;
  /** Value that stands for none; null where a value is always there. NaN plays that part for floats. */
  readonly nullValue: bigint | null;
  /** Text of a constant; null for what is in the message. */
  readonly constant: string | null;
}

/** One of several words, each with a number or a letter. */
export interface SbeEnum {
  readonly kind: 'enum';
  readonly scalar: SbeScalar;
  /** Word by number, or by letter for enums of chars. */
  readonly words: ReadonlyMap<number | string, string>;
}

/** Bits with names. */
export interface SbeSet {
  readonly kind: 'set';
  readonly scalar: SbeScalar;
  /** Name by number of the bit. */
  readonly bits: ReadonlyMap<number, string>;
}

export interface SbeComposite {
  readonly kind: 'composite';
  readonly members: readonly {
    readonly name: string;
    readonly offset: number;
    readonly encoding: SbeEncoding;
  }[];
}

export type SbeEncoding = SbeScalar | SbeEnum | SbeSet | SbeComposite;

export interface SbeField {
  readonly name: string;
  /** Tag of FIX. */
  readonly id: number;
  /** Place in its block, bytes. */
  readonly offset: number;
  readonly encoding: SbeEncoding;
  /** Version of the schema that brought it; older messages do not have it. */
  readonly sinceVersion: number;
}

/** The header of a group: where its numbers lie and how long it is. */
export interface SbeDimension {
  readonly bytes: number;
  readonly blockLength: { readonly offset: number; readonly primitive: SbePrimitive };
  readonly entries: { readonly offset: number; readonly primitive: SbePrimitive };
}

/** A text of variable length behind the groups. */
export interface SbeText {
  readonly name: string;
  readonly id: number;
  readonly length: SbePrimitive;
  readonly sinceVersion: number;
}

/** What a message and an entry of a group have alike. */
export interface SbeBlock {
  readonly name: string;
  readonly id: number;
  /** As the schema has it; what a message says of itself counts. */
  readonly blockLength: number;
  readonly sinceVersion: number;
  readonly fields: readonly SbeField[];
  readonly groups: readonly SbeGroup[];
  readonly texts: readonly SbeText[];
}

export interface SbeGroup extends SbeBlock {
  readonly dimension: SbeDimension;
}

export type SbeMessage = SbeBlock;

export interface SbeSchema {
  readonly id: number;
  readonly version: number;
  readonly isLittle: boolean;
  /** By template id. */
  readonly messages: ReadonlyMap<number, SbeMessage>;
}

/** Bytes of an SBE message header: block length, template, schema, version. */
export const SBE_HEADER_BYTES = 8;

/** Size of an encoding, bytes. */
export function encodedBytes(encoding: SbeEncoding): number {
  if (encoding.kind === 'scalar') return encoding.length * SBE_BYTES[encoding.primitive];
  if (encoding.kind !== 'composite') return encodedBytes(encoding.scalar);
  return encoding.members.reduce(
    (bytes, { offset, encoding: member }) => Math.max(bytes, offset + encodedBytes(member)),
    0,
  );
}

/** The field of a block by its name; null when it has none. */
export function fieldNamed(block: SbeBlock, name: string): SbeField | null {
  return block.fields.find((field) => field.name === name) ?? null;
}

/** The group of a block by its name; null when it has none. */
export function groupNamed(block: SbeBlock, name: string): SbeGroup | null {
  return block.groups.find((group) => group.name === name) ?? null;
}
