/** Options of file formats: what a file does not say. Every problem is told at once, before a byte is read. */

import { TwinError } from '../../base/index.ts';
import type { FileContext } from '../ingest/file-format.ts';
import { dayOfText } from '../schema/day.ts';
import { NEW_YORK, ZoneClock } from '../schema/zoned-time.ts';

export const SYMBOL_OPTION = { about: 'symbol of the records, where the file does not tell it', default: '' };
export const DATE_OPTION = {
  about: 'day of the file, YYYY-MM-DD, where neither content nor name tells it',
  default: '',
};
export const ZONE_OPTION = {
  about: 'zone of its local times, a name of the IANA data base or UTC',
  default: NEW_YORK,
};
export const VENUE_OPTION = (fallback: string) => ({
  about: 'venue of the records, a MIC mostly',
  default: fallback,
});

/** Reads the options of one file and gathers what is wrong with them. */
export class OptionReader {
  readonly #context: FileContext;
  readonly #format: string;
  readonly #problems: string[] = [];

  constructor(format: string, context: FileContext) {
    this.#format = format;
    this.#context = context;
  }

  text(name: string): string {
    return (this.#context.options[name] ?? '').trim();
  }

  /** The option, or what the file tells, in this order; one of them has to be there. */
  symbol(told: string | null = null): string {
    const symbol = this.text('symbol') || told || '';
    if (symbol === '') this.problem('symbol', 'needs a value, --option symbol=…: the file does not tell it');
    return symbol;
  }

  date(told: string | null = null): string {
    const date = this.text('date') || told || '';
    if (date === '')
      this.problem(
        'date',
        'needs a value, --option date=YYYY-MM-DD: neither content nor name of the file tells it',
      );
    else if (dayOfText(date) === null)
      this.problem('date', `is a day of the calendar, YYYY-MM-DD, not ${date}`);
    return date;
  }

  zone(fallback = NEW_YORK): ZoneClock {
    const zone = this.text('zone') || fallback;
    try {
      return new ZoneClock(zone);
    } catch {
      this.problem('zone', `is a name of the IANA data base, like ${NEW_YORK}, or UTC, not ${zone}`);
      return new ZoneClock('UTC');
    }
  }

  oneOf<const T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const value = this.text(name) || fallback;
    if ((allowed as readonly string[]).includes(value)) return value as T;
    this.problem(name, `is one of ${allowed.join(', ')}, not ${value}`);
    return fallback;
  }

  /** A number between two others, both included; what is not given is `fallback`. */
  number(name: string, [min, max]: readonly [number, number], fallback: number): number {
    const text = this.text(name);
    const value = text === '' ? fallback : Number(text);
    if (value >= min && value <= max) return value;
    this.problem(name, `is a number from ${min} to ${max}, not ${text}`);
    return fallback;
  }

  problem(path: string, text: string): void {
    this.#problems.push(`${path} ${text}`);
  }

  /** Raises DATA_REQUEST with all problems, if there are any. */
  check(): void {
    if (this.#problems.length === 0) return;
    throw new TwinError('DATA_REQUEST', 'the options of a file tell what the file does not', {
      file: this.#context.fileName,
      format: this.#format,
      problems: this.#problems,
    });
  }
}
