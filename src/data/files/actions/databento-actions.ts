/**
 * Reference data of Databento as lines of JSON: corporate actions (also as they were known over time), adjustment factors, and
 * the security master. Other kinds of events than those of `KINDS` are counted by their code.
 */

import type { RecordSink } from '../../ingest/adapter.ts';
import type { FileFormat } from '../../ingest/file-format.ts';
import type { NewRecord } from '../../registry.ts';
import { dayOfText } from '../../schema/day.ts';
import { ZoneClock } from '../../schema/zoned-time.ts';
import { OptionReader, VENUE_OPTION } from '../file-options.ts';
import { headRows, type Table, TableNormaliser } from '../tables/table-normaliser.ts';
import { TimeReader } from '../tables/time-cell.ts';

type Json = Readonly<Record<string, unknown>>;
type ActionKind = NewRecord<'corporate_action'>['kind'];
type Shape = 'actions' | 'factors' | 'master';

const VENUE = 'DATABENTO';

/** Events by their code: splits and consolidations, dividends in cash and in shares. */
const KINDS: Readonly<Record<string, ActionKind>> = {
  FSPLT: 'split',
  RSPLT: 'split',
  SD: 'split',
  CONSD: 'split',
  DIV: 'cashDividend',
  BON: 'stockDividend',
};

export const DATABENTO_ACTIONS_FILE: FileFormat = {
  name: 'databento-reference',
  version: 1,
  about: 'Databento reference data, lines of JSON: corporate actions, adjustment factors, security master',
  schemas: ['corporate_action', 'definition'],
  options: { venue: VENUE_OPTION(VENUE) },
  recognise(head, isWhole) {
    const first = jsonOf(headRows(head, isWhole)[0] ?? '');
    return first !== null && shapeOf(first) !== null;
  },
  open(context, sink) {
    const options = new OptionReader('databento-reference', context);
    options.check();
    return new TableNormaliser(options.text('venue') || VENUE, new ReferenceLines(sink));
  },
};

function jsonOf(row: string): Json | null {
  if (!row.startsWith('{')) return null;
  try {
    return JSON.parse(row) as Json;
  } catch {
    return null;
  }
}

function shapeOf(line: Json): Shape | null {
  if ('event_unique_id' in line && 'event_action' in line) return 'actions';
  if ('event_type' in line && 'factor' in line && 'ex_date' in line) return 'factors';
  return 'ts_effective' in line && 'listing_id' in line ? 'master' : null;
}

class ReferenceLines implements Table {
  readonly #sink: RecordSink;
  readonly #times = new TimeReader('iso', new ZoneClock('UTC'));

  constructor(sink: RecordSink) {
    this.#sink = sink;
  }

  row(row: string, index: number): void {
    const line = jsonOf(row);
    const shape = line === null ? null : shapeOf(line);
    if (line === null || shape === null) this.#sink.reject('not-json', index, row.slice(0, 160));
    else if (shape === 'master') this.#master(line, index);
    else this.#action(line, index, shape);
  }

  #action(line: Json, index: number, shape: Shape): void {
    const code = text(line, shape === 'actions' ? 'event' : 'event_type') ?? '';
    const kind = KINDS[code];
    const exDate = day(line, 'ex_date') ?? day(line, 'event_date') ?? day(line, 'effective_date');
    const known = text(line, 'ts_record') ?? exDate;
    const tsEvent = known === null ? null : this.#times.read(known);
    const symbol = text(line, 'local_code') ?? text(line, 'nasdaq_symbol') ?? text(line, 'symbol');
    if (kind === undefined) {
      this.#sink.remark(`event-${code || 'unknown'}`);
      return;
    }
    if (exDate === null || tsEvent === null || symbol === null) {
      this.#sink.reject('missing-value', index, `ex_date=${exDate} known=${known} symbol=${symbol}`);
      return;
    }
    const factor = number(line, 'factor');
    this.#sink.push('corporate_action', {
      symbol,
      tsEvent,
      sourceIndex: index,
      kind,
      exDate,
      declaredDate: day(line, 'declaration_date'),
      recordDate: day(line, 'record_date'),
      payDate: day(line, 'payment_date') ?? day(line, 'pay_date'),
      newShares: number(line, 'ratio_new'),
      oldShares: number(line, 'ratio_old'),
      amount: kind === 'cashDividend' ? (number(line, 'gross_dividend') ?? number(line, 'dividend')) : null,
      currency: text(line, 'rate_currency') ?? text(line, 'currency'),
      referencePrice: shape === 'factors' ? number(line, 'close') : null,
      priceFactor: factor,
    });
  }

  #master(line: Json, index: number): void {
    const symbol = text(line, 'local_code') ?? text(line, 'nasdaq_symbol') ?? text(line, 'symbol');
    const tsEvent = this.#times.read(text(line, 'ts_effective') ?? text(line, 'ts_record') ?? '');
    if (symbol === null || tsEvent === null) {
      this.#sink.reject(
        'missing-value',
        index,
        `symbol=${symbol} ts_effective=${text(line, 'ts_effective')}`,
      );
      return;
    }
    this.#sink.push('definition', {
      symbol,
      tsEvent,
      sourceIndex: index,
      assetClass: assetClassOf(text(line, 'security_type')),
      name: text(line, 'issuer_name'),
      mic: text(line, 'operating_mic'),
      currency: text(line, 'trading_currency'),
      roundLot: number(line, 'lot_size'),
      listed: day(line, 'listing_date'),
      delisted: day(line, 'delisting_date'),
      isActive: text(line, 'listing_status') === null ? null : text(line, 'listing_status') !== 'D',
      figi: text(line, 'figi'),
      cusip: text(line, 'us_code'),
      isin: text(line, 'isin'),
      cik: text(line, 'cik'),
      vendorId: text(line, 'listing_id'),
    });
  }
}

function assetClassOf(type: string | null): NewRecord<'definition'>['assetClass'] {
  if (type === 'EQS' || type === 'PRF' || type === 'DR') return 'equity';
  if (type === 'ETF') return 'etf';
  if (type === 'BND') return 'bond';
  return 'other';
}

function text(line: Json, key: string): string | null {
  const value = line[key];
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null;
}

function number(line: Json, key: string): number | null {
  const value = line[key];
  const found = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}

function day(line: Json, key: string): string | null {
  const found = text(line, key)?.slice(0, 10) ?? null;
  return found !== null && dayOfText(found) !== null ? found : null;
}
