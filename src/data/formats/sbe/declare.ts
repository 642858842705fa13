/**
 * SBE messages declared in a few lines, for those parts of an exchange's schema that are used here. Fields follow each other
 * without a hole unless one says where it lies:
 *
 *   'MDEntryPx price9?, MDEntrySize i32?, SecurityID i32, MDEntryType char@26'
 *
 * Types: i8 i16 i32 i64 u8 u16 u32 u64; a number of `?` behind a type makes it optional with the null value of CME: the largest
 * number. char, and s6 for a text of six. price9, price7: an int64 mantissa with that negative exponent (qty4: int32, float7,
 * decimal9 as price). month: year u16, month, day, week u8. Enums and sets are declared as the numbers that they are.
 * A field `Name type+10` is part of messages from version 10 on.
 */

import { invariant } from '../../../base/index.ts';
import {
  encodedBytes,
  type SbeDimension,
  type SbeEncoding,
  type SbeField,
  type SbeGroup,
  type SbeMessage,
  type SbePrimitive,
  type SbeScalar,
} from './schema.ts';

const PRIMITIVES: Readonly<Record<string, SbePrimitive>> = {
  i8: 'int8',
  i16: 'int16',
  i32: 'int32',
  i64: 'int64',
  u8: 'uint8',
  u16: 'uint16',
  u32: 'uint32',
  u64: 'uint64',
  char: 'char',
};

/** CME's value for none: the largest of the primitive. */
const LARGEST: Readonly<Record<SbePrimitive, bigint>> = {
  char: 0n,
  int8: 127n,
  uint8: 255n,
  int16: 32_767n,
  uint16: 65_535n,
  int32: 2n ** 31n - 1n,
  uint32: 2n ** 32n - 1n,
  int64: 2n ** 63n - 1n,
  uint64: 2n ** 64n - 1n,
  float: 0n,
  double: 0n,
};

/** Block length u16, number of entries u8. */
const DIMENSION: SbeDimension = {
  bytes: 3,
  blockLength: { offset: 0, primitive: 'uint16' },
  entries: { offset: 2, primitive: 'uint8' },
};

/** The same padded to eight bytes. */
const DIMENSION_8: SbeDimension = {
  bytes: 8,
  blockLength: { offset: 0, primitive: 'uint16' },
  entries: { offset: 7, primitive: 'uint8' },
};

const FIELD = /^(\w+) (\w+)(\?)?(?:@(\d+))?(?:\+(\d+))?$/;

export interface GroupDeclaration {
  readonly name: string;
  readonly fields: string;
  readonly isPadded?: boolean;
  readonly sinceVersion?: number;
}

export function declareMessage(
  id: number,
  name: string,
  fields: string,
  groups: readonly GroupDeclaration[] = [],
): SbeMessage {
  const declared = declareFields(fields);
  return {
    id,
    name,
    sinceVersion: 0,
    ...declared,
    groups: groups.map(declareGroup),
    texts: [],
  };
}

function declareGroup({ name, fields, isPadded = false, sinceVersion = 0 }: GroupDeclaration): SbeGroup {
  return {
    id: 0,
    name,
    sinceVersion,
    ...declareFields(fields),
    groups: [],
    texts: [],
    dimension: isPadded ? DIMENSION_8 : DIMENSION,
  };
}

function declareFields(written: string): { fields: SbeField[]; blockLength: number } {
  let end = 0;
  const fields: SbeField[] = [];
  for (const part of written.split(',').map((one) => one.trim())) {
    if (part === '') continue;
    const match = FIELD.exec(part);
    invariant(match !== null, `a field is declared as 'Name type', not '${part}'`);
    const [, name, type, optional, at, since] = match;
    const encoding = encodingOf(type!, optional === '?');
    const offset = at === undefined ? end : Number(at);
    fields.push({ name: name!, id: 0, offset, encoding, sinceVersion: Number(since ?? 0) });
    end = offset + encodedBytes(encoding);
  }
  return { fields, blockLength: end };
}

function encodingOf(type: string, isOptional: boolean): SbeEncoding {
  const primitive = PRIMITIVES[type];
  if (primitive !== undefined) return scalar(primitive, isOptional);
  if (/^s\d+$/.test(type)) return { ...scalar('char', false), length: Number(type.slice(1)) };
  if (type === 'month') {
    return composite([
      ['year', scalar('uint16', true)],
      ['month', scalar('uint8', true)],
      ['day', scalar('uint8', true)],
      ['week', scalar('uint8', true)],
    ]);
  }
  const decimal = /^(price|decimal|float|qty)(\d)$/.exec(type);
  invariant(decimal !== null, `a field is declared with a type that is known, not '${type}'`);
  const mantissa = scalar(decimal[1] === 'qty' ? 'int32' : 'int64', isOptional);
  const exponent: SbeScalar = { ...scalar('int8', false), length: 0, constant: `-${decimal[2]}` };
  return composite([
    ['mantissa', mantissa],
    ['exponent', exponent],
  ]);
}

function scalar(primitive: SbePrimitive, isOptional: boolean): SbeScalar {
  return {
    kind: 'scalar',
    primitive,
    length: 1,
    nullValue: isOptional ? LARGEST[primitive] : null,
    constant: null,
  };
}

function composite(members: readonly (readonly [name: string, encoding: SbeScalar])[]): SbeEncoding {
  let offset = 0;
  return {
    kind: 'composite',
    members: members.map(([name, encoding]) => {
      const member = { name, offset, encoding };
      offset += encodedBytes(encoding);
      return member;
    }),
  };
}
