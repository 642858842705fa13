/**
 * Documents of the SEC: company facts (every figure of every report of a company), submissions (its filings), and tables of the
 * facts of one report. A figure is known from the day its report was filed.
 */

import type { RecordSink } from '../../ingest/adapter.ts';
import type { FileFormat } from '../../ingest/file-format.ts';
import { dayOfText } from '../../schema/day.ts';
import type { ZoneClock } from '../../schema/zoned-time.ts';
import { DATE_OPTION, OptionReader, SYMBOL_OPTION, VENUE_OPTION, ZONE_OPTION } from '../file-options.ts';
import { numberOfCell, splitRow } from '../tables/csv-row.ts';
import { headRows, type Table, TableNormaliser } from '../tables/table-normaliser.ts';
import { TimeReader } from '../tables/time-cell.ts';
import { firstKeys, isJson, type Json, jsonDocument, textOf } from './json-page.ts';

const VENUE = 'SEC';
const FACT_HEADER = 'namespace,fact,value,units,start_date,end_date,dimensions,period';
const CIK_DIGITS = 10;

export const SEC_FILE: FileFormat = {
  name: 'sec',
  version: 1,
  about: 'SEC company facts and submissions (JSON)',
  schemas: ['fundamental', 'definition', 'alt'],
  options: {
    symbol: {
      ...SYMBOL_OPTION,
      about: 'symbol of the company; by default its ticker, or CIK and its number',
    },
    zone: ZONE_OPTION,
    venue: VENUE_OPTION(VENUE),
  },
  recognise(head) {
    const keys = firstKeys(head, 3);
    return keys.slice(0, 2).join() === 'cik,entityName' || keys.slice(0, 3).join() === 'cik,entityType,sic';
  },
  open(context, sink) {
    const options = new OptionReader('sec', context);
    const zone = options.zone();
    options.check();
    const reader = new SecReader(sink, options.text('symbol'), zone);
    return jsonDocument(options.text('venue') || VENUE, sink, (document) => reader.take(document));
  },
};

export const SEC_FACTS_FILE: FileFormat = {
  name: 'sec-facts',
  version: 1,
  about: 'facts of one report to the SEC as a table',
  schemas: ['fundamental'],
  options: {
    symbol: SYMBOL_OPTION,
    date: { ...DATE_OPTION, about: 'day on which the report was filed, YYYY-MM-DD' },
    form: { about: 'report: 10-K, 10-Q, …', default: '' },
    zone: ZONE_OPTION,
    venue: VENUE_OPTION(VENUE),
  },
  recognise: (head, isWhole) => headRows(head, isWhole)[0] === FACT_HEADER,
  open(context, sink) {
    const options = new OptionReader('sec-facts', context);
    const symbol = options.symbol();
    const date = options.date();
    const zone = options.zone();
    options.check();
    const table = new FactTable(sink, symbol, zone.midnightNs(date)!, options.text('form') || null);
    return new TableNormaliser(options.text('venue') || VENUE, table);
  },
};

/** Concepts of US-GAAP go by their name, those of other taxonomies with the taxonomy before it. */
function metricOf(taxonomy: string, concept: string): string {
  return taxonomy === 'us-gaap' ? concept : `${taxonomy}:${concept}`;
}

function cikSymbol(cik: unknown): string {
  return `CIK${String(textOf(cik) ?? '').padStart(CIK_DIGITS, '0')}`;
}

class SecReader {
  readonly #sink: RecordSink;
  readonly #symbol: string;
  readonly #times: TimeReader;
  #index = 0;

  constructor(sink: RecordSink, symbol: string, zone: ZoneClock) {
    this.#sink = sink;
    this.#symbol = symbol;
    this.#times = new TimeReader('iso', zone);
  }

  take(document: Json): void {
    if (isJson(document.facts)) this.#facts(document, document.facts);
    else if (isJson(document.filings)) this.#submissions(document, document.filings);
    else this.#sink.reject('not-json', 0, 'neither facts nor filings');
  }

  #facts(document: Json, taxonomies: Json): void {
    const symbol = this.#symbol || cikSymbol(document.cik);
    for (const [taxonomy, concepts] of Object.entries(taxonomies)) {
      for (const [concept, fact] of Object.entries(isJson(concepts) ? concepts : {})) {
        const units = isJson(fact) && isJson(fact.units) ? fact.units : {};
        for (const [unit, values] of Object.entries(units)) {
          if (!Array.isArray(values)) continue;
          for (const value of values) this.#fact(symbol, metricOf(taxonomy, concept), unit, value);
        }
      }
    }
  }

  #fact(symbol: string, metric: string, unit: string, fact: Json): void {
    const index = this.#index++;
    const tsEvent = this.#times.read(textOf(fact.filed) ?? '');
    const value = fact.val;
    if (tsEvent === null || typeof value !== 'number') {
      this.#sink.reject(
        'missing-value',
        index,
        `${metric}: filed=${String(fact.filed)} val=${String(value)}`,
      );
      return;
    }
    const period = [textOf(fact.fp), textOf(fact.fy)].filter((part) => part !== null).join(' ');
    this.#sink.push('fundamental', {
      symbol,
      tsEvent,
      sourceIndex: index,
      metric,
      value,
      unit,
      periodStart: textOf(fact.start),
      periodEnd: textOf(fact.end),
      fiscalPeriod: period || null,
      form: textOf(fact.form),
      accession: textOf(fact.accn),
    });
  }

  /** The company as a definition per ticker, and its filings: entity is the number of the filing, the text its form. */
  #submissions(document: Json, filings: Json): void {
    const recent = isJson(filings.recent) ? filings.recent : {};
    const list = (name: string): readonly unknown[] => (Array.isArray(recent[name]) ? recent[name] : []);
    const tickers = Array.isArray(document.tickers) ? document.tickers.map(String) : [];
    const symbol = this.#symbol || tickers[0] || cikSymbol(document.cik);
    const times = list('acceptanceDateTime').map((time, at) =>
      this.#times.read(textOf(time) ?? textOf(list('filingDate')[at]) ?? ''),
    );
    const known = times.filter((time) => time !== null);
    const latest = known.reduce((last, time) => (time > last ? time : last), 0n);
    for (const ticker of known.length === 0 ? [] : tickers) {
      this.#sink.push('definition', {
        symbol: ticker,
        tsEvent: latest,
        sourceIndex: this.#index++,
        assetClass: 'equity',
        name: textOf(document.name),
        cik: textOf(document.cik),
        sector: textOf(document.sicDescription),
      });
    }
    for (const [at, accession] of list('accessionNumber').entries()) {
      const index = this.#index++;
      const tsEvent = times[at] ?? null;
      if (tsEvent === null) {
        this.#sink.reject('missing-value', index, `no time of filing ${String(accession)}`);
        continue;
      }
      this.#sink.push('alt', {
        symbol,
        tsEvent,
        sourceIndex: index,
        series: 'sec.filing',
        entity: textOf(accession),
        textValue: textOf(list('form')[at]),
      });
    }
  }
}

class FactTable implements Table {
  readonly #sink: RecordSink;
  readonly #symbol: string;
  readonly #tsEvent: bigint;
  readonly #form: string | null;

  constructor(sink: RecordSink, symbol: string, tsEvent: bigint, form: string | null) {
    this.#sink = sink;
    this.#symbol = symbol;
    this.#tsEvent = tsEvent;
    this.#form = form;
  }

  row(row: string, index: number): void {
    if (row === FACT_HEADER) return;
    const cells = splitRow(row);
    if (cells.length !== 8) {
      this.#sink.reject('column-count', index, row.slice(0, 160));
      return;
    }
    const [taxonomy, concept, value, unit, start, end, dimensions] = cells as unknown as string[];
    // Parts of a figure (by region, by product) have no place in the schema.
    if (dimensions !== '') {
      this.#sink.remark('part-of-a-figure');
      return;
    }
    const number = unit === '' ? null : numberOfCell(value!);
    this.#sink.push('fundamental', {
      symbol: this.#symbol,
      tsEvent: this.#tsEvent,
      sourceIndex: index,
      metric: metricOf(taxonomy!, concept!),
      value: number,
      textValue: number === null ? value! : null,
      unit: unit || null,
      periodStart: start !== end ? dayText(start!) : null,
      periodEnd: dayText(end!),
      form: this.#form,
    });
  }
}

function dayText(cell: string): string | null {
  return dayOfText(cell) === null ? null : cell;
}
