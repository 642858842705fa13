/**
 * Form 13F: what a manager of money holds at the end of a quarter, as known from the day of filing. A holding is named by its
 * CUSIP; the entity is the manager. Positions in the same security are added up, options apart: `13f.shares`, `13f.value`,
 * `13f.shares.put`, … Values are in thousands of dollars until 2022, then in dollars.
 *
 * Read are the submission as text (header and all documents), the information table alone, and the cover page alone.
 */

import type { RecordSink } from '../../ingest/adapter.ts';
import { wholePages } from '../../ingest/adapter.ts';
import type { FileFormat } from '../../ingest/file-format.ts';
import { qualityMask } from '../../registry.ts';
import { dayOfText } from '../../schema/day.ts';
import type { ZoneClock } from '../../schema/zoned-time.ts';
import { OptionReader, VENUE_OPTION, ZONE_OPTION } from '../file-options.ts';
import { dashed } from '../lean/contracts.ts';

const VENUE = 'SEC';
/** Filings from this day on have values in dollars. */
const DOLLARS_FROM = '2023-01-03';
const HEAD_CHARS = 4096;

type Kind = 'submission' | 'table' | 'cover';

export const THIRTEEN_F_FILE: FileFormat = {
  name: '13f',
  version: 1,
  about: 'Form 13F: submission text, information table, cover page',
  schemas: ['alt'],
  options: {
    date: { about: 'day of filing, YYYY-MM-DD, of an information table alone', default: '' },
    filer: { about: 'name or number of the manager, of an information table alone', default: '' },
    zone: ZONE_OPTION,
    venue: VENUE_OPTION(VENUE),
  },
  recognise: (head) => kindOf(new TextDecoder().decode(head.subarray(0, HEAD_CHARS))) !== null,
  open(context, sink) {
    const options = new OptionReader('13f', context);
    const zone = options.zone();
    const date = options.text('date') === '' ? '' : options.date();
    options.check();
    const filer = options.text('filer');
    const pages = wholePages((bytes) => {
      const text = new TextDecoder().decode(bytes);
      const kind = kindOf(text.slice(0, HEAD_CHARS));
      if (kind === null) {
        sink.reject('unknown-type', 0, 'no document of form 13F');
        return;
      }
      const found = filingOf(text, kind);
      const asked = new OptionReader('13f', context);
      const filing = { filer: filer || found.filer, date: date || found.date };
      if (filing.filer === '') asked.problem('filer', 'needs a value: an information table does not tell it');
      if (filing.date === '') asked.problem('date', 'needs a value: an information table does not tell it');
      asked.check();
      writeFiling(sink, zone, text, kind, filing);
    });
    return { venue: options.text('venue') || VENUE, ...pages };
  },
};

interface Filing {
  readonly filer: string;
  readonly date: string;
}

function kindOf(head: string): Kind | null {
  if (head.startsWith('<SEC-DOCUMENT>') && /CONFORMED SUBMISSION TYPE:\s*13F/.test(head)) return 'submission';
  if (/<(?:\w+:)?informationTable[\s>]/.test(head)) return 'table';
  return /<edgarSubmission[\s>]/.test(head) && /<submissionType>13F/.test(head) ? 'cover' : null;
}

/** Manager and day of filing, as far as the document tells them: a cover has the day of its signature. */
function filingOf(text: string, kind: Kind): Filing {
  if (kind === 'table') return { filer: '', date: '' };
  if (kind === 'submission') {
    const filed = /FILED AS OF DATE:\s*(\d{8})/.exec(text)?.[1];
    return {
      filer: /COMPANY CONFORMED NAME:\s*(.+)/.exec(text)?.[1]?.trim() ?? '',
      date: filed === undefined ? '' : dashed(filed),
    };
  }
  const signed = /^(\d{2})-(\d{2})-(\d{4})$/.exec(element(text, 'signatureDate') ?? '');
  const date = signed === null ? '' : `${signed[3]}-${signed[1]}-${signed[2]}`;
  const manager = /<filingManager>([\s\S]*?)<\/filingManager>/.exec(text)?.[1] ?? '';
  return { filer: element(manager, 'name') ?? '', date: dayOfText(date) === null ? '' : date };
}

function writeFiling(
  sink: RecordSink,
  zone: ZoneClock,
  text: string,
  kind: Kind,
  { filer, date }: Filing,
): void {
  const tsEvent = zone.midnightNs(date)!;
  const unit = date < DOLLARS_FROM ? 'thousand USD' : 'USD';
  const head = { tsEvent, entity: filer, quality: kind === 'cover' ? qualityMask('estimatedTime') : 0 };
  if (kind !== 'table') {
    const cik = element(text, 'cik');
    const totals = [
      ['13f.tableEntryTotal', element(text, 'tableEntryTotal'), 'rows'],
      ['13f.tableValueTotal', element(text, 'tableValueTotal'), unit],
    ] as const;
    for (const [series, value, unitOfTotal] of totals) {
      if (value === null || !/^\d+$/.test(value)) sink.remark('cover-without-totals');
      else
        sink.push('alt', {
          ...head,
          symbol: cik === null ? filer : `CIK${cik}`,
          sourceIndex: 0,
          series,
          value: Number(value),
          unit: unitOfTotal,
        });
    }
  }
  if (kind !== 'cover') writeHoldings(sink, text, head, unit);
}

interface Holding {
  readonly cusip: string;
  readonly suffix: string;
  readonly sourceIndex: number;
  readonly kind: string;
  amount: number;
  value: number;
}

function writeHoldings(
  sink: RecordSink,
  text: string,
  head: { readonly tsEvent: bigint; readonly entity: string; readonly quality: number },
  unit: string,
): void {
  const holdings = new Map<string, Holding>();
  let index = 0;
  for (const [, body] of text.matchAll(/<(?:\w+:)?infoTable>([\s\S]*?)<\/(?:\w+:)?infoTable>/g)) {
    const sourceIndex = index++;
    const cusip = element(body!, 'cusip')?.toUpperCase() ?? null;
    const amount = numberOf(element(body!, 'sshPrnamt'));
    const value = numberOf(element(body!, 'value'));
    if (cusip === null || amount === null || value === null) {
      sink.reject('missing-value', sourceIndex, `cusip=${cusip} amount=${amount} value=${value}`);
      continue;
    }
    const kind = element(body!, 'sshPrnamtType') === 'PRN' ? 'principal' : 'shares';
    const putCall = element(body!, 'putCall')?.toLowerCase();
    const suffix = putCall === undefined || putCall === '' ? '' : `.${putCall}`;
    const key = `${cusip}${kind}${suffix}`;
    const known = holdings.get(key);
    if (known === undefined) {
      holdings.set(key, { cusip, suffix, sourceIndex, kind, amount, value });
    } else {
      known.amount += amount;
      known.value += value;
      sink.remark('positions-added-up');
    }
  }
  for (const { cusip, suffix, sourceIndex, kind, amount, value } of holdings.values()) {
    const record = { ...head, symbol: cusip, sourceIndex };
    sink.push('alt', {
      ...record,
      series: `13f.${kind}${suffix}`,
      value: amount,
      unit: kind === 'shares' ? 'shares' : 'USD',
    });
    sink.push('alt', {
      ...record,
      series: `13f.value${kind === 'shares' ? '' : '.principal'}${suffix}`,
      value,
      unit,
    });
  }
}

/** Text of the first element of a name, whatever its prefix. */
function element(text: string, name: string): string | null {
  const found = new RegExp(`<(?:\\w+:)?${name}>\\s*([^<]*?)\\s*</`).exec(text);
  return found === null || found[1] === '' ? null : decodeEntities(found[1]!);
}

function decodeEntities(text: string): string {
  const letters: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_found, name: string) => letters[name]!);
}

function numberOf(text: string | null): number | null {
  return text !== null && /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}
