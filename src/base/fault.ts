/** One error type for operational failures; the codes live in the registry of `fault-codes.ts`. */

import { FAULTS, type FaultCode } from './fault-codes.ts';

/**
 * An operational failure with a stable code, the values that broke the rule, and what mends it.
 * A venue's refusal of an order is not a fault: it is a reject, an ordinary event with a reject code.
 */
export class TwinError extends Error {
  readonly code: FaultCode;
  readonly details: Readonly<Record<string, unknown>>;
  /** What the reader of the message can do about it. */
  readonly mend: string;

  constructor(code: FaultCode, rule: string, details: Record<string, unknown> = {}, cause?: unknown) {
    super(formatMessage(rule, details), cause === undefined ? undefined : { cause });
    this.name = 'TwinError';
    this.code = code;
    this.details = details;
    this.mend = FAULTS[code].mend;
  }
}

/** Stops the run: a rule that the code itself promises was found broken. Never caused by a user's input. */
export class BrokenInvariant extends Error {
  constructor(rule: string) {
    super(`broken invariant: ${rule}`);
    this.name = 'BrokenInvariant';
  }
}

/** Asserts a rule, stated positively. Stays on in production: keep it at boundaries, once per loop. */
export function invariant(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new BrokenInvariant(rule);
}

export function assertNever(value: never): never {
  throw new BrokenInvariant(`every kind is handled, but found ${JSON.stringify(value)}`);
}

function formatMessage(rule: string, details: Record<string, unknown>): string {
  const pairs = Object.entries(details).map(([name, value]) => `${name}=${formatValue(value)}`);
  return pairs.length === 0 ? rule : `${rule}: ${pairs.join(' ')}`;
}

function formatValue(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'
    ? String(value)
    : JSON.stringify(value);
}
