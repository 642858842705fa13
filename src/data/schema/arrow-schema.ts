/**
 * A canonical schema as an Arrow schema, in the JSON that Arrow's own implementations exchange in their integration tests
 * (arrow.apache.org, "Integration Testing: JSON Test Data Format"). The types are those that readers of Parquet for Arrow give the
 * columns of the lake's files; what a field means goes along as metadata.
 */

import type { Field, FieldKind, Schema } from './field.ts';

export type ArrowType =
  | { readonly name: 'timestamp'; readonly unit: 'NANOSECOND' }
  | { readonly name: 'decimal'; readonly precision: number; readonly scale: number; readonly bitWidth: 128 }
  | { readonly name: 'int'; readonly bitWidth: 32 | 64; readonly isSigned: boolean }
  | { readonly name: 'floatingpoint'; readonly precision: 'DOUBLE' }
  | { readonly name: 'date'; readonly unit: 'DAY' }
  | { readonly name: 'utf8' }
  | { readonly name: 'bool' };

export interface ArrowField {
  readonly name: string;
  readonly nullable: boolean;
  readonly type: ArrowType;
  readonly children: readonly [];
  readonly metadata: readonly { readonly key: string; readonly value: string }[];
}

export interface ArrowSchema {
  readonly fields: readonly ArrowField[];
  readonly metadata: ArrowField['metadata'];
}

const UTF8: ArrowType = { name: 'utf8' };
const DOUBLE: ArrowType = { name: 'floatingpoint', precision: 'DOUBLE' };
const INT32: ArrowType = { name: 'int', bitWidth: 32, isSigned: true };

const TYPES: Readonly<Record<FieldKind, ArrowType>> = {
  time: { name: 'timestamp', unit: 'NANOSECOND' },
  price: { name: 'decimal', precision: 18, scale: 9, bitWidth: 128 },
  count: { name: 'int', bitWidth: 64, isSigned: true },
  id: { name: 'int', bitWidth: 64, isSigned: false },
  qty: DOUBLE,
  real: DOUBLE,
  int: INT32,
  flags: INT32,
  date: { name: 'date', unit: 'DAY' },
  enum: UTF8,
  bool: { name: 'bool' },
  symbol: UTF8,
  text: UTF8,
};

export function arrowSchema({ name, version, fields }: Schema): ArrowSchema {
  return {
    fields: Object.entries(fields).map(([field, declared]) => arrowField(field, declared)),
    metadata: metadataOf({ schema: name, version: String(version) }),
  };
}

function arrowField(name: string, { kind, isRequired, meaning, unit, clock }: Field): ArrowField {
  return {
    name,
    nullable: !isRequired,
    type: TYPES[kind],
    children: [],
    metadata: metadataOf({ meaning, unit, clock }),
  };
}

function metadataOf(values: Readonly<Record<string, string | null>>): ArrowField['metadata'] {
  return Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [{ key, value }]));
}
