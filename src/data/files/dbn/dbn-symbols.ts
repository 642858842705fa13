/**
 * Names of instrument numbers in a DBN stream, at a time: the header says which symbol had which number on which days,
 * live streams say it in mapping records, definitions name themselves.
 */

import { DBN_STYPE_INSTRUMENT_ID, type DbnMetadata } from '../../formats/dbn-metadata.ts';
import { dayOfText } from '../../schema/day.ts';

/** Number of the symbology whose symbols stand for many instruments at once ('ES.FUT'): they name none of them. */
const STYPE_PARENT = 4;
const SECONDS_PER_DAY = 86_400;

interface Span {
  /** First second (UTC) and the one after the last. */
  readonly from: number;
  readonly to: number;
  readonly symbol: string;
}

export class DbnSymbols {
  readonly #spans = new Map<number, Span[]>();
  /** Span found last, by instrument: records of a day come together. */
  readonly #last = new Map<number, Span>();
  /** Names that hold from where they were told on. */
  readonly #told = new Map<number, string>();
  /** Records whose instrument has no name at their time. */
  unknownCount = 0;

  /** Takes the mappings of a header. */
  open(metadata: DbnMetadata): void {
    const isIdIn = metadata.stypeInId === DBN_STYPE_INSTRUMENT_ID;
    const isIdOut = metadata.stypeOutId === DBN_STYPE_INSTRUMENT_ID;
    if (isIdIn === isIdOut || metadata.stypeInId === STYPE_PARENT) return;
    for (const { rawSymbol, intervals } of metadata.mappings) {
      for (const { startDate, endDate, symbol } of intervals) {
        const id = isIdIn ? rawSymbol : symbol;
        const from = secondsOf(startDate);
        const to = secondsOf(endDate);
        if (!/^\d{1,10}$/.test(id) || from === null || to === null) continue;
        const spans = this.#spans.get(Number(id) | 0) ?? [];
        this.#spans.set(Number(id) | 0, spans);
        // A query for one day has an interval that ends where it begins.
        spans.push({ from, to: Math.max(to, from + SECONDS_PER_DAY), symbol: isIdIn ? symbol : rawSymbol });
      }
    }
  }

  /** From now on the instrument has this name. */
  tell(instrument: number, symbol: string): void {
    if (symbol !== '') this.#told.set(instrument, symbol);
  }

  /** Name of an instrument at a time in whole seconds since 1970 UTC; '#' and its number where it has none. */
  at(instrument: number, seconds: number): string {
    const last = this.#last.get(instrument);
    if (last !== undefined && seconds >= last.from && seconds < last.to) return last.symbol;
    const told = this.#told.get(instrument);
    if (told !== undefined) return told;
    for (const span of this.#spans.get(instrument) ?? []) {
      if (seconds < span.from || seconds >= span.to || span.symbol === '') continue;
      this.#last.set(instrument, span);
      return span.symbol;
    }
    this.unknownCount++;
    return `#${instrument >>> 0}`;
  }
}

function secondsOf(yyyymmdd: number): number | null {
  const text = String(yyyymmdd);
  const day = dayOfText(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`);
  return day === null ? null : day * SECONDS_PER_DAY;
}
