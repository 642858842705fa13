/**
 * Decodes SBE messages into objects, for messages that are rare: definitions, status, orders. The readers of the fields are
 * made once per message of the schema. Feeds with many small entries read the columns of groups instead (`entry-layout.ts`).
 *
 * A field that lies beyond the block of a message, or is younger than the message, is null: older and newer versions of a
 * schema read each other's messages.
 */

import { TwinError } from '../../../base/index.ts';
import {
  encodedBytes,
  SBE_BYTES,
  SBE_HEADER_BYTES,
  type SbeBlock,
  type SbeComposite,
  type SbeEncoding,
  type SbeEnum,
  type SbeField,
  type SbeGroup,
  type SbePrimitive,
  type SbeScalar,
  type SbeSchema,
  type SbeSet,
} from './schema.ts';

/** A decimal as it is sent: `mantissa` times ten to the `exponent`. */
export interface SbeDecimal {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** Numbers of 64 bits are bigints, texts lose what pads them, sets are lists of names, and what is absent is null. */
export type SbeValue =
  | number
  | bigint
  | string
  | null
  | SbeDecimal
  | readonly (number | bigint | string | null)[]
  | SbeValues
  | readonly SbeValues[];

export interface SbeValues {
  readonly [name: string]: SbeValue;
}

/** A message that was decoded. */
export interface SbeDecoded {
  readonly templateId: number;
  readonly name: string;
  readonly version: number;
  readonly values: SbeValues;
}

/** What a message says at its start. */
export interface SbeHeader {
  readonly blockLength: number;
  readonly templateId: number;
  readonly schemaId: number;
  readonly version: number;
}

type ScalarReader = (view: DataView, at: number, isLittle: boolean) => number | bigint;
type Reader = (view: DataView, at: number) => SbeValue;

/** Bounds of what is decoded, and how far it got. */
interface Cursor {
  readonly view: DataView;
  readonly end: number;
  readonly version: number;
  at: number;
}

interface CompiledBlock {
  readonly fields: readonly {
    readonly name: string;
    readonly end: number;
    readonly since: number;
    readonly read: (view: DataView, blockAt: number) => SbeValue;
  }[];
  readonly groups: readonly {
    readonly name: string;
    readonly since: number;
    readonly group: SbeGroup;
    readonly block: CompiledBlock;
  }[];
  readonly texts: readonly { readonly name: string; readonly since: number; readonly length: SbePrimitive }[];
}

const READ: Readonly<Record<SbePrimitive, ScalarReader>> = {
  char: (view, at) => view.getUint8(at),
  int8: (view, at) => view.getInt8(at),
  uint8: (view, at) => view.getUint8(at),
  int16: (view, at, isLittle) => view.getInt16(at, isLittle),
  uint16: (view, at, isLittle) => view.getUint16(at, isLittle),
  int32: (view, at, isLittle) => view.getInt32(at, isLittle),
  uint32: (view, at, isLittle) => view.getUint32(at, isLittle),
  int64: (view, at, isLittle) => view.getBigInt64(at, isLittle),
  uint64: (view, at, isLittle) => view.getBigUint64(at, isLittle),
  float: (view, at, isLittle) => view.getFloat32(at, isLittle),
  double: (view, at, isLittle) => view.getFloat64(at, isLittle),
};

/** Whether enums are read as their words and sets as their names, or both as the numbers and letters that were sent. */
export type SbeWording = 'words' | 'codes';

export class SbeDecoder {
  readonly schema: SbeSchema;
  readonly #wording: SbeWording;
  readonly #compiled = new Map<number, CompiledBlock>();

  constructor(schema: SbeSchema, wording: SbeWording = 'words') {
    this.schema = schema;
    this.#wording = wording;
  }

  header(view: DataView, at: number): SbeHeader {
    const { isLittle } = this.schema;
    return {
      blockLength: view.getUint16(at, isLittle),
      templateId: view.getUint16(at + 2, isLittle),
      schemaId: view.getUint16(at + 4, isLittle),
      version: view.getUint16(at + 6, isLittle),
    };
  }

  /**
   * Decodes the message whose header is at `at` and which ends before `end`. Null for a template or schema that is not this
   * one's. Raises DATA_RECORD for a message that is longer than its bytes.
   */
  decode(view: DataView, at: number, end: number): SbeDecoded | null {
    if (at + SBE_HEADER_BYTES > end) throw damaged('header', at, end);
    const { blockLength, templateId, schemaId, version } = this.header(view, at);
    const message = this.schema.messages.get(templateId);
    if (schemaId !== this.schema.id || message === undefined) return null;
    let compiled = this.#compiled.get(templateId);
    if (compiled === undefined) {
      compiled = compileBlock(message, this.schema.isLittle, this.#wording);
      this.#compiled.set(templateId, compiled);
    }
    const cursor: Cursor = { view, end, version, at: at + SBE_HEADER_BYTES };
    const values = this.#block(compiled, blockLength, cursor, message.name);
    return { templateId, name: message.name, version, values };
  }

  #block(block: CompiledBlock, blockLength: number, cursor: Cursor, what: string): SbeValues {
    const { view, version, at } = cursor;
    if (at + blockLength > cursor.end) throw damaged(what, at + blockLength, cursor.end);
    const values: Record<string, SbeValue> = {};
    for (const field of block.fields) {
      const isThere = field.end <= blockLength && field.since <= version;
      values[field.name] = isThere ? field.read(view, at) : null;
    }
    cursor.at = at + blockLength;
    for (const { name, since, group, block: entry } of block.groups) {
      // Messages of a version before the group may end here, or go on with a group that came before it in that version.
      values[name] = since <= version ? this.#group(group, entry, cursor) : [];
    }
    for (const { name, since, length } of block.texts) {
      values[name] = since <= version ? this.#text(length, cursor, name) : null;
    }
    return values;
  }

  #group(group: SbeGroup, entry: CompiledBlock, cursor: Cursor): SbeValues[] {
    const { bytes, blockLength, entries } = group.dimension;
    const { isLittle } = this.schema;
    if (cursor.at + bytes > cursor.end) throw damaged(group.name, cursor.at + bytes, cursor.end);
    const entryBytes = Number(
      READ[blockLength.primitive](cursor.view, cursor.at + blockLength.offset, isLittle),
    );
    const count = Number(READ[entries.primitive](cursor.view, cursor.at + entries.offset, isLittle));
    cursor.at += bytes;
    const list: SbeValues[] = [];
    for (let i = 0; i < count; i++) list.push(this.#block(entry, entryBytes, cursor, group.name));
    return list;
  }

  #text(length: SbePrimitive, cursor: Cursor, what: string): string {
    const textAt = cursor.at + SBE_BYTES[length];
    if (textAt > cursor.end) throw damaged(what, textAt, cursor.end);
    const chars = Number(READ[length](cursor.view, cursor.at, this.schema.isLittle));
    if (textAt + chars > cursor.end) throw damaged(what, textAt + chars, cursor.end);
    cursor.at = textAt + chars;
    return readText(cursor.view, textAt, chars);
  }
}

function compileBlock(block: SbeBlock, isLittle: boolean, wording: SbeWording): CompiledBlock {
  return {
    fields: block.fields.map((field) => compileField(field, isLittle, wording)),
    groups: block.groups.map((group) => ({
      name: group.name,
      since: group.sinceVersion,
      group,
      block: compileBlock(group, isLittle, wording),
    })),
    texts: block.texts.map(({ name, sinceVersion, length }) => ({ name, since: sinceVersion, length })),
  };
}

function compileField(
  field: SbeField,
  isLittle: boolean,
  wording: SbeWording,
): CompiledBlock['fields'][number] {
  const { name, offset, encoding, sinceVersion } = field;
  const read = compileEncoding(encoding, isLittle, wording);
  return {
    name,
    end: offset + encodedBytes(encoding),
    since: sinceVersion,
    read: (view, blockAt) => read(view, blockAt + offset),
  };
}

function compileEncoding(encoding: SbeEncoding, isLittle: boolean, wording: SbeWording): Reader {
  if (encoding.kind === 'scalar') return compileScalar(encoding, isLittle);
  if (encoding.kind === 'composite') return compileComposite(encoding, isLittle, wording);
  if (wording === 'codes') return compileScalar(encoding.scalar, isLittle);
  return encoding.kind === 'enum' ? compileEnum(encoding, isLittle) : compileSet(encoding, isLittle);
}

/** A value that is none of the words is given as its text, so that nothing is lost of newer versions. */
function compileEnum({ words, scalar }: SbeEnum, isLittle: boolean): Reader {
  const isLetter = scalar.primitive === 'char';
  const read = READ[scalar.primitive];
  return (view, at) => {
    const value = read(view, at, isLittle);
    const key = isLetter ? String.fromCharCode(Number(value)) : Number(value);
    const word = words.get(key);
    if (word !== undefined) return word;
    return scalar.nullValue !== null && BigInt(value) === scalar.nullValue ? null : String(key);
  };
}

function compileSet({ bits, scalar }: SbeSet, isLittle: boolean): Reader {
  const read = READ[scalar.primitive];
  return (view, at) => {
    const value = BigInt(read(view, at, isLittle));
    return [...bits].filter(([bit]) => (value >> BigInt(bit)) & 1n).map(([, name]) => name);
  };
}

function compileScalar(scalar: SbeScalar, isLittle: boolean): Reader {
  const { primitive, length, nullValue, constant } = scalar;
  if (constant !== null) {
    const value = primitive === 'char' ? constant : Number(constant);
    return () => value;
  }
  if (primitive === 'char') {
    if (length === 1) {
      const none = Number(nullValue ?? 0n);
      return (view, at) => (view.getUint8(at) === none ? null : String.fromCharCode(view.getUint8(at)));
    }
    return (view, at) => {
      const text = readText(view, at, length);
      return text === '' ? null : text;
    };
  }
  const readOne = (view: DataView, at: number): number | bigint | null => {
    const value = READ[primitive](view, at, isLittle);
    if (typeof value === 'number' && Number.isNaN(value)) return null;
    return nullValue !== null && value === (typeof value === 'bigint' ? nullValue : Number(nullValue))
      ? null
      : value;
  };
  if (length === 1) return readOne;
  const bytes = SBE_BYTES[primitive];
  return (view, at) => Array.from({ length }, (_, index) => readOne(view, at + index * bytes));
}

/** Members as an object; a mantissa with its exponent as one decimal, absent when the mantissa is. */
function compileComposite(composite: SbeComposite, isLittle: boolean, wording: SbeWording): Reader {
  const members = composite.members.map(({ name, offset, encoding }) => ({
    name,
    offset,
    read: compileEncoding(encoding, isLittle, wording),
  }));
  const [mantissa, exponent] = members;
  if (members.length === 2 && mantissa!.name === 'mantissa' && exponent!.name === 'exponent') {
    return (view, at) => {
      const digits = mantissa!.read(view, at + mantissa!.offset) as number | bigint | null;
      const power = exponent!.read(view, at + exponent!.offset) as number | null;
      return digits === null || power === null ? null : { mantissa: BigInt(digits), exponent: power };
    };
  }
  return (view, at) =>
    Object.fromEntries(members.map(({ name, offset, read }) => [name, read(view, at + offset)]));
}

/** A text up to its first zero byte, without the spaces that pad it. */
export function readText(view: DataView, at: number, width: number): string {
  let text = '';
  for (let i = 0; i < width; i++) {
    const code = view.getUint8(at + i);
    if (code === 0) break;
    text += String.fromCharCode(code);
  }
  return text.trimEnd();
}

function damaged(what: string, needed: number, end: number): TwinError {
  return new TwinError('DATA_RECORD', 'a message is as long as its blocks and groups', {
    what,
    missingBytes: needed - end,
  });
}
