/**
 * How a field of a canonical record is declared: its kind decides the column in memory, the type in Parquet and the check;
 * meaning, unit, clock and range go into the reference page. One declaration, no second list anywhere.
 */

import type { MigrationStep } from './migrations.ts';

/**
 * What a field holds:
 *
 *   time    ns since 1970 UTC                     int64     TIMESTAMP_NS
 *   price   money per unit, in steps of 1e-9      int64     DECIMAL(18,9)
 *   count   a whole number below 2^53             int64     BIGINT
 *   id      an unsigned 64-bit number             int64     UBIGINT
 *   qty     an amount of the instrument           float64   DOUBLE
 *   real    any other number                      float64   DOUBLE
 *   int     a small whole number                  int32     INTEGER
 *   flags   bits with names                       int32     INTEGER
 *   date    a calendar day                        int32     DATE
 *   enum    one word of a list                    uint8     VARCHAR
 *   bool    yes or no                             uint8     BOOLEAN
 *   symbol  the instrument; few different ones    int32     the folder's name
 *   text    anything else                         string    VARCHAR
 *
 * Quantities are doubles because sizes run from 1e-8 coins to 1e12 coins: a double holds 15 digits of any of them.
 */
export type FieldKind =
  | 'time'
  | 'price'
  | 'count'
  | 'id'
  | 'qty'
  | 'real'
  | 'int'
  | 'flags'
  | 'date'
  | 'enum'
  | 'bool'
  | 'symbol'
  | 'text';

/** Whose clock stamped a time: the venue's, or that of whoever received the message. */
export type FieldClock = 'venue' | 'receiver' | 'publisher';

export interface Field<
  K extends FieldKind = FieldKind,
  Required extends boolean = boolean,
  Value extends string = string,
> {
  readonly kind: K;
  readonly meaning: string;
  readonly isRequired: Required;
  /** 'ns', 'shares', 'fraction', … where the kind does not say it. */
  readonly unit: string | null;
  readonly clock: FieldClock | null;
  /** Smallest and largest allowed value, both included; null does not bound. */
  readonly min: number | null;
  readonly max: number | null;
  /** Words of an enum in the order of their codes, names of the bits of flags from bit 0 up. */
  readonly values: readonly Value[];
}

interface FieldOptions {
  readonly unit?: string;
  readonly clock?: FieldClock;
  readonly min?: number;
  readonly max?: number;
}

function declare<K extends FieldKind>(kind: K) {
  return (meaning: string, options: FieldOptions = {}): Field<K, false, never> => ({
    kind,
    meaning,
    isRequired: false,
    unit: options.unit ?? null,
    clock: options.clock ?? null,
    min: options.min ?? null,
    max: options.max ?? null,
    values: [],
  });
}

function declareWords<K extends 'enum' | 'flags'>(kind: K) {
  return <const V extends string>(values: readonly V[], meaning: string): Field<K, false, V> => ({
    ...declare(kind)(meaning),
    values,
  });
}

export const time = declare('time');
export const price = declare('price');
export const count = declare('count');
export const id = declare('id');
export const qty = declare('qty');
export const real = declare('real');
export const int = declare('int');
export const date = declare('date');
export const bool = declare('bool');
export const symbol = declare('symbol');
export const text = declare('text');
export const enumeration = declareWords('enum');
export const flags = declareWords('flags');

/** The same field, which every record must have. */
export function required<K extends FieldKind, V extends string>(
  field: Field<K, boolean, V>,
): Field<K, true, V> {
  return { ...field, isRequired: true };
}

export type Fields = Readonly<Record<string, Field>>;

/** A schema: the fields of one kind of record, in the order of its columns. */
export interface Schema<F extends Fields = Fields> {
  readonly name: string;
  /** Grows with every change that a reader of files must know of: 1 and one for each entry of `migrations`. */
  readonly version: number;
  /** Steps from each version to the next. */
  readonly migrations: readonly (readonly MigrationStep[])[];
  /** What one record says. */
  readonly meaning: string;
  /** Fields that together name a record: two records with the same key are duplicates. */
  readonly key: readonly string[];
  /** Span of time (UTC) of one file of the lake: days for ticks, years for what is rare. */
  readonly partition: 'day' | 'year';
  readonly fields: F;
}

/** What a field is given as, in a record that is an object. */
export type FieldInput<F extends Field> = F['kind'] extends 'time'
  ? bigint
  : F['kind'] extends 'price'
    ? number | string
    : F['kind'] extends 'id'
      ? bigint | number
      : F['kind'] extends 'enum'
        ? F['values'][number]
        : F['kind'] extends 'bool'
          ? boolean
          : F['kind'] extends 'date' | 'symbol' | 'text'
            ? string
            : number;

/** What a field is read as, in a record that is an object. Prices are the nearest doubles of their decimals. */
export type FieldOutput<F extends Field> = F['kind'] extends 'time' | 'id'
  ? bigint
  : F['kind'] extends 'enum'
    ? F['values'][number]
    : F['kind'] extends 'bool'
      ? boolean
      : F['kind'] extends 'date' | 'symbol' | 'text'
        ? string
        : number;

type RequiredNames<F extends Fields> = {
  [N in keyof F]: F[N]['isRequired'] extends true ? N : never;
}[keyof F];

/** A record as an adapter gives it: absent fields are left out, undefined or null. */
export type RecordInput<S extends Schema> = {
  readonly [N in RequiredNames<S['fields']>]: FieldInput<S['fields'][N]>;
} & {
  readonly [N in Exclude<keyof S['fields'], RequiredNames<S['fields']>>]?:
    | FieldInput<S['fields'][N]>
    | null
    | undefined;
};

/** A record as it is read: every field is there, absent ones are null. */
export type RecordOutput<S extends Schema> = {
  readonly [N in keyof S['fields']]: S['fields'][N]['isRequired'] extends true
    ? FieldOutput<S['fields'][N]>
    : FieldOutput<S['fields'][N]> | null;
};
