/** What adapters check of a request in the same way, and how they refuse it: every problem at once. */

import { TwinError } from '../../base/index.ts';
import type { IngestRequest } from '../ingest/adapter.ts';
import { dayOfText } from '../schema/day.ts';

const MS_PER_DAY = 86_400_000;

/** Collects problems; `refuse` raises DATA_REQUEST with all of them. */
export class RequestChecks {
  readonly #vendor: string;
  readonly #request: IngestRequest;
  readonly #problems: string[] = [];

  constructor(vendor: string, request: IngestRequest) {
    this.#vendor = vendor;
    this.#request = request;
  }

  /** The option's value, which has to be one of the words. */
  word<const W extends string>(name: string, allowed: readonly W[]): W {
    const value = this.#request.options[name] ?? '';
    if (!allowed.includes(value as W)) this.add(`option ${name}=${value} (allowed: ${allowed.join(', ')})`);
    return value as W;
  }

  /** The option's value as a whole number within its range. */
  whole(name: string, min: number, max: number): number {
    const value = this.#request.options[name] ?? '';
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= min && number <= max))
      this.add(`option ${name}=${value} (a whole number from ${min} to ${max})`);
    return number;
  }

  /** The option's address without a slash at its end, or `fallback` where it is empty. */
  address(name: string, fallback: string, protocols: readonly string[]): string {
    const value = this.#request.options[name] ?? '';
    if (value === '') return fallback;
    const protocol = URL.canParse(value) ? new URL(value).protocol : '';
    if (!protocols.includes(protocol))
      this.add(`option ${name}=${value} (an address that begins with ${protocols.join(' or ')})`);
    return value.replace(/\/+$/, '');
  }

  /** Symbols, of which there has to be at least one, each of the form that the vendor uses. */
  symbols(form: RegExp, example: string): readonly string[] {
    const { symbols } = this.#request;
    if (symbols.length === 0) this.add(`symbols= (at least one, such as ${example})`);
    for (const symbol of symbols)
      if (!form.test(symbol)) this.add(`symbol=${symbol} (written as ${example})`);
    return symbols;
  }

  /** First and last day as ms since 1970: from the beginning of `from` to the end of `to`. Needed by `what`. */
  span(what: string): { readonly fromMs: number; readonly toMs: number } {
    const [from, to] = [this.#request.from, this.#request.to].map((day) =>
      day === null ? null : dayOfText(day),
    );
    if (from == null || to == null)
      this.add(`from=${this.#request.from} to=${this.#request.to} (both are needed for ${what})`);
    return { fromMs: (from ?? 0) * MS_PER_DAY, toMs: ((to ?? 0) + 1) * MS_PER_DAY };
  }

  add(problem: string): void {
    this.#problems.push(problem);
  }

  refuse(): void {
    if (this.#problems.length === 0) return;
    throw new TwinError('DATA_REQUEST', 'an ingest asks for what the vendor has', {
      vendor: this.#vendor,
      problems: this.#problems,
    });
  }
}

/** 'YYYY-MM-DD' of each day (UTC) from `fromMs` up to `toMs`, not included. */
export function daysOf(
  fromMs: number,
  toMs: number,
): { readonly day: string; readonly fromMs: number; readonly toMs: number }[] {
  const days = [];
  for (let at = fromMs; at < toMs; at += MS_PER_DAY) {
    days.push({ day: new Date(at).toISOString().slice(0, 10), fromMs: at, toMs: at + MS_PER_DAY });
  }
  return days;
}
