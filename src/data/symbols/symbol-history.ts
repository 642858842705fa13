/**
 * Which name an instrument had on which days. A name may be of several instruments, one after another, and an instrument may have had
 * several names: GOOG was until April 2nd 2014 what is GOOGL since, and is since what was GOOCV before.
 *
 *   events of a name, in order of days ─► spans of the name ─► links from span to span by changes ─► instruments
 */

import { TwinError } from '../../base/index.ts';

/** A change of a name, or its end: what `corporate_action` says of kinds `symbolChange` and `delisting`. */
export interface NameEvent {
  readonly symbol: string;
  /** First day without the name, YYYY-MM-DD. */
  readonly day: string;
  /** The name from that day on; null: the instrument is gone. */
  readonly to: string | null;
}

/** Days on which an instrument had a name. */
export interface NameSpan {
  readonly symbol: string;
  /** First day; null: since before anything is known. */
  readonly from: string | null;
  /** First day that it had it no more; null: it has it still. */
  readonly until: string | null;
}

interface Link extends NameSpan {
  until: string | null;
  next: Link | null;
  previous: Link | null;
}

export class SymbolHistory {
  readonly #spans = new Map<string, Link[]>();

  /** Equal events count once. Raises DATA_RECORD where a name goes to two others on one day. */
  constructor(events: Iterable<NameEvent>) {
    const unique = new Map<string, NameEvent>();
    for (const event of events) unique.set(`${event.symbol}/${event.day}/${event.to ?? ''}`, event);
    // What ends on a day goes before what begins on it.
    const inOrder = [...unique.values()].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
    for (let at = 0; at < inOrder.length; ) {
      const day = inOrder[at]!.day;
      const ofDay: NameEvent[] = [];
      for (; inOrder[at]?.day === day; at++) ofDay.push(inOrder[at]!);
      this.#addDay(day, ofDay);
    }
  }

  /** Names that are known to have changed, or to have ended. */
  get symbols(): string[] {
    return [...this.#spans.keys()].sort();
  }

  /** Names, in order of days, of the instrument that has a name on a day. */
  namesOf(symbol: string, day: string): NameSpan[] {
    return namesAround(this.#bearers(symbol).find((span) => isWithin(span, day))!);
  }

  /**
   * Every instrument that ever had a name, as its names in order of days. On days that no event tells of, somebody may have it of whom
   * nothing else is known: that is an instrument too.
   */
  bearersOf(symbol: string): NameSpan[][] {
    return this.#bearers(symbol).map(namesAround);
  }

  /** Name on one day of the instrument that has a name on another; null where there is none. */
  nameOn(symbol: string, day: string, on: string): string | null {
    return this.namesOf(symbol, day).find((span) => isWithin(span, on))?.symbol ?? null;
  }

  /** Spans of a name without a day between them. */
  #bearers(symbol: string): Link[] {
    const bearers: Link[] = [];
    let from: string | null = null;
    let isOpen = true;
    for (const span of this.#spans.get(symbol) ?? []) {
      if (span.from !== from) bearers.push({ symbol, from, until: span.from, next: null, previous: null });
      bearers.push(span);
      from = span.until;
      isOpen = span.until !== null;
    }
    if (isOpen) bearers.push({ symbol, from, until: null, next: null, previous: null });
    return bearers;
  }

  #addDay(day: string, events: readonly NameEvent[]): void {
    const ended = new Map<string, Link>();
    for (const { symbol, to } of events) {
      if (ended.has(symbol))
        throw new TwinError('DATA_RECORD', 'a name goes to one other on a day', { symbol, day, to });
      ended.set(symbol, this.#end(symbol, day));
    }
    for (const { symbol, to } of events) {
      if (to === null) continue;
      const spans = this.#spansOf(to);
      const before = spans.at(-1);
      // Whoever had the name until then has lost it, though nobody says how.
      if (before !== undefined && before.until === null) before.until = day;
      const previous = ended.get(symbol)!;
      const next: Link = { symbol: to, from: day, until: null, next: null, previous };
      previous.next = next;
      spans.push(next);
    }
  }

  /** Ends the span of a name; a name that begins nowhere began when the one before it ended. */
  #end(symbol: string, day: string): Link {
    const spans = this.#spansOf(symbol);
    let span = spans.at(-1);
    if (span === undefined || span.until !== null) {
      span = { symbol, from: span?.until ?? null, until: null, next: null, previous: null };
      spans.push(span);
    }
    span.until = day;
    return span;
  }

  #spansOf(symbol: string): Link[] {
    let spans = this.#spans.get(symbol);
    if (spans === undefined) {
      spans = [];
      this.#spans.set(symbol, spans);
    }
    return spans;
  }
}

/** Whether a day is one of a span. */
export function isWithin({ from, until }: NameSpan, day: string): boolean {
  return (from === null || from <= day) && (until === null || day < until);
}

function namesAround(span: Link): NameSpan[] {
  const names: NameSpan[] = [];
  let first = span;
  while (first.previous !== null) first = first.previous;
  for (let one: Link | null = first; one !== null; one = one.next)
    names.push({ symbol: one.symbol, from: one.from, until: one.until });
  return names;
}
