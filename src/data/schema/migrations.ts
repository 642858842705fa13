/**
 * From one version of a schema to the next: steps that a schema declares, in the order in which they are taken. The list of a schema
 * is its history: version n + 1 is version n after the steps of entry n - 1. The lake reads files of old versions through them
 * (`lake/versions.ts`), records that were set aside go through `migrateRecord`, and `fieldsAt` takes them back, so that
 * `tests/tidy/schema-versions.test.ts` holds every version that was ever written against what was written down for it.
 *
 *   v1 ─ steps[0] ─► v2 ─ steps[1] ─► v3 = the fields that are declared
 */

import {
  assertNever,
  invariant,
  priceStepsOfNumber,
  priceStepsOfText,
  textOfPriceSteps,
} from '../../base/index.ts';
import type { Field, FieldKind, Fields, Schema } from './field.ts';

export type MigrationStep =
  /** A new field: absent in older records, or `value` in all of them; a required field needs one. Prices are texts. */
  | { readonly step: 'add'; readonly field: string; readonly value?: string | number | boolean }
  | { readonly step: 'rename'; readonly from: string; readonly to: string }
  /** Another unit: the value times a ratio. Prices and whole numbers are rounded, halves away from zero. */
  | {
      readonly step: 'scale';
      readonly field: string;
      readonly by: readonly [numerator: number, denominator: number];
    }
  /** A field that is gone; `was` says what files of before hold. */
  | { readonly step: 'drop'; readonly field: string; readonly was: Field }
  /** Words of an enum, or bits at the end of flags, that readers of before do not know. */
  | { readonly step: 'words'; readonly field: string; readonly added: readonly string[] };

/** Kinds that a ratio can be applied to. */
const SCALED: readonly FieldKind[] = ['price', 'count', 'int', 'qty', 'real'];

/** Steps from a version to the present one. */
export function stepsFrom(schema: Schema, version: number): readonly MigrationStep[] {
  invariant(
    version >= 1 && version <= schema.version,
    `a version is one that the schema ${schema.name} had, not ${version}`,
  );
  return schema.migrations.slice(version - 1).flat();
}

/** The fields that a version had. Breaks an invariant where the steps are none of this schema. */
export function fieldsAt(schema: Schema, version: number): Fields {
  const fields = new Map<string, Field>(Object.entries(schema.fields));
  for (const step of stepsFrom(schema, version).toReversed()) takeBack(schema, fields, step);
  return Object.fromEntries(fields);
}

function takeBack(schema: Schema, fields: Map<string, Field>, step: MigrationStep): void {
  const name = step.step === 'rename' ? step.to : step.field;
  const here = `${step.step} ${schema.name}.${name}`;
  const field = fields.get(name);
  if (step.step === 'drop') {
    invariant(field === undefined, `a field that was dropped is gone: ${here}`);
    fields.set(step.field, step.was);
    return;
  }
  invariant(field !== undefined, `a step is about a field of its version: ${here}`);
  switch (step.step) {
    case 'add':
      invariant(
        !field.isRequired || step.value !== undefined,
        `a new field that is required has a value: ${here}`,
      );
      fields.delete(name);
      return;
    case 'rename':
      invariant(!fields.has(step.from), `a field that was renamed is gone: ${here}`);
      fields.delete(name);
      fields.set(step.from, field);
      return;
    case 'scale':
      invariant(
        SCALED.includes(field.kind) && step.by.every((part) => Number.isSafeInteger(part) && part > 0),
        `a ratio of whole numbers scales a number: ${here}`,
      );
      return;
    case 'words':
      fields.set(name, { ...field, values: wordsBefore(field, step.added, here) });
      return;
    default:
      assertNever(step);
  }
}

function wordsBefore({ kind, values }: Field, added: readonly string[], here: string): string[] {
  const before = values.filter((word) => !added.includes(word));
  invariant(before.length + added.length === values.length, `words that are added are of the field: ${here}`);
  // Files hold the words of an enum, but the bits of flags.
  invariant(
    kind !== 'flags' || before.every((word, bit) => word === values[bit]),
    `new bits are the last: ${here}`,
  );
  return before;
}

/** A record of an older version as one of the present, values as `RecordBatch.push` takes them. */
export function migrateRecord(
  schema: Schema,
  version: number,
  record: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const values: Record<string, unknown> = { ...record };
  const kinds = new Map(Object.entries(fieldsAt(schema, version)).map(([name, { kind }]) => [name, kind]));
  for (const step of stepsFrom(schema, version)) {
    if (step.step === 'add') values[step.field] = step.value ?? null;
    else if (step.step === 'drop') delete values[step.field];
    else if (step.step === 'rename') {
      values[step.to] = values[step.from];
      delete values[step.from];
      kinds.set(step.to, kinds.get(step.from)!);
    } else if (step.step === 'scale')
      values[step.field] = scaled(values[step.field], kinds.get(step.field)!, step.by);
  }
  return values;
}

/** A number times a ratio; what is none, or is absent, stays for the checks of the schema to refuse. */
function scaled(
  value: unknown,
  kind: FieldKind,
  [numerator, denominator]: readonly [number, number],
): unknown {
  if (kind === 'price') {
    const steps =
      typeof value === 'string'
        ? priceStepsOfText(value)
        : typeof value === 'number'
          ? priceStepsOfNumber(value)
          : null;
    return steps === null ? value : textOfPriceSteps(ratioOf(BigInt(steps), numerator, denominator));
  }
  if (typeof value !== 'number') return value;
  if (kind === 'qty' || kind === 'real') return (value * numerator) / denominator;
  return Number.isSafeInteger(value) ? Number(ratioOf(BigInt(value), numerator, denominator)) : value;
}

/** `value * numerator / denominator` to the nearest whole number, halves away from zero. */
function ratioOf(value: bigint, numerator: number, denominator: number): bigint {
  const half = value < 0n ? -BigInt(denominator) : BigInt(denominator);
  return (2n * value * BigInt(numerator) + half) / (2n * BigInt(denominator));
}
