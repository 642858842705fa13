import {
  type AsideEntry,
  type FillPolicy,
  fillDataset,
  type Gap,
  type QualityReport,
  qualityOptionsOf,
  readmitRecords,
  setAsideOf,
  sumOf,
  validateDataset,
} from '../../data/index.ts';
import { packageVersion } from '../../runs/index.ts';
import { calendarsFor } from '../../services/index.ts';
import { withInterrupt } from '../interrupt.ts';
import { instant, type LakeOptions, toJson, withLake } from '../lake-output.ts';
import { formatTable } from '../table.ts';

/** Symbols of a schema that are printed; `--json` has all. */
const SYMBOLS_SHOWN_MAX = 20;

interface CalendarOptions extends LakeOptions {
  readonly calendar: string;
}

interface ValidateOptions extends CalendarOptions {
  readonly check: Readonly<Record<string, string>>;
  readonly mark?: boolean;
}

/** twin data validate */
export function validate(id: string, options: ValidateOptions): Promise<void> {
  return withLake(options, async (lake) => {
    const quality = qualityOptionsOf(options.check);
    const calendarOf = calendarsFor(lake, id, options.calendar);
    const { report } = await withInterrupt((signal) =>
      validateDataset(lake, id, { quality, calendarOf, signal, mark: options.mark === true }),
    );
    if (options.json === true) console.log(toJson(report));
    else for (const line of describe(report)) console.log(line);
  });
}

interface GapsOptions extends CalendarOptions {
  readonly rows: number;
}

/** twin data gaps */
export function listGaps(id: string, options: GapsOptions): Promise<void> {
  return withLake(options, async (lake) => {
    const calendarOf = calendarsFor(lake, id, options.calendar);
    const { gaps, report } = await withInterrupt((signal) =>
      validateDataset(lake, id, { calendarOf, signal }),
    );
    if (options.json === true) {
      console.log(toJson({ dataset: id, calendars: report.calendars, counts: report.gaps, gaps }));
      return;
    }
    const found = Object.values(report.gaps).reduce((sum, count) => sum + count.gaps, 0);
    if (found === 0) {
      console.log(`no gaps in ${id}`);
      return;
    }
    const rows = gaps.slice(0, options.rows).map(gapRow);
    console.log(formatTable(['kind', 'schema', 'symbol', 'missing', 'from', 'to', 'after', 'before'], rows));
    if (found > rows.length) console.log(`… and ${found - rows.length} more gaps`);
  });
}

interface FillOptions extends CalendarOptions {
  readonly policy: FillPolicy;
  readonly quotes: FillPolicy;
  readonly every: number;
  readonly name?: string;
}

/** twin data fill */
export function fill(id: string, options: FillOptions): Promise<void> {
  return withLake(options, async (lake) => {
    const request = {
      parent: id,
      bars: options.policy,
      quotes: options.quotes,
      everyS: options.every,
      calendarOf: calendarsFor(lake, id, options.calendar),
      name: options.name ?? null,
    };
    const result = await withInterrupt((signal) => fillDataset(lake, request, packageVersion(), signal));
    if (options.json === true) console.log(toJson(result));
    else {
      console.log(`dataset    ${result.dataset}${result.isOld ? ' (was there already)' : ''}`);
      console.log(`records    ${result.records}`);
      console.log(`filled     ${counts(result.filled)}`);
    }
  });
}

interface QuarantineOptions extends LakeOptions {
  readonly reason?: string[];
  readonly rows: number;
}

/** twin data quarantine */
export function listQuarantine(id: string, options: QuarantineOptions): void {
  withLake(options, (lake) => {
    const { done } = lake.dataset(id);
    const counted = sumOf([...done.values()].map(({ quarantined }) => quarantined));
    const entries = setAsideOf(lake, id);
    const reasons = options.reason ?? [];
    const wanted = entries.filter(({ reason }) => reasons.length === 0 || reasons.includes(reason));
    const summary = Object.entries(counted).map(([reason, count]) => {
      const kept = entries.filter((entry) => entry.reason === reason);
      return {
        reason,
        setAside: count,
        kept: kept.length,
        withRecord: kept.filter(({ record }) => record !== null).length,
        readmitted: kept.filter(({ isReadmitted }) => isReadmitted).length,
      };
    });
    if (options.json === true) {
      console.log(toJson({ dataset: id, reasons: summary, records: wanted.slice(0, options.rows) }));
      return;
    }
    if (summary.length === 0) {
      console.log(`no record of ${id} was set aside`);
      return;
    }
    const head = ['reason', 'set aside', 'kept', 'with record', 'readmitted'];
    console.log(
      formatTable(
        head,
        summary.map((one) => [one.reason, one.setAside, one.kept, one.withRecord, one.readmitted]),
      ),
    );
    if (reasons.length === 0) return;
    console.log('');
    console.log(
      formatTable(['reason', 'detail', 'back', 'record'], wanted.slice(0, options.rows).map(asideRow)),
    );
    if (wanted.length > options.rows) console.log(`… and ${wanted.length - options.rows} more records`);
  });
}

interface ReadmitOptions extends LakeOptions {
  readonly reason?: string[];
  readonly set: Readonly<Record<string, string>>;
}

/** twin data readmit */
export function readmit(id: string, options: ReadmitOptions): Promise<void> {
  return withLake(options, async (lake) => {
    const result = await readmitRecords(lake, {
      dataset: id,
      reasons: options.reason ?? [],
      set: options.set,
    });
    if (options.json === true) console.log(toJson({ dataset: id, ...result }));
    else {
      console.log(`readmitted ${result.readmitted}${result.before > 0 ? `, ${result.before} before` : ''}`);
      if (Object.keys(result.left).length > 0) console.log(`left aside ${counts(result.left)}`);
    }
  });
}

function describe(report: QualityReport): string[] {
  const lines = [
    `dataset    ${report.dataset}`,
    `records    ${report.records}`,
    `set aside  ${counts(report.setAside)}${report.readmitted > 0 ? ` (${report.readmitted} put back)` : ''}`,
    `calendar   ${Object.entries(report.calendars)
      .map(([venue, calendar]) => `${calendar} (${venue})`)
      .join(', ')}`,
    `gaps       ${
      Object.entries(report.gaps)
        .map(([kind, { gaps, missing }]) => `${gaps} ${kind}${missing > 0 ? ` (${missing} missing)` : ''}`)
        .join(', ') || 'none'
    }`,
  ];
  for (const { venue, schema, records, quality, unmarked, symbols } of report.schemas) {
    lines.push('', `${schema} at ${venue}: ${records} records`);
    lines.push(`marked     ${counts(quality)}`);
    if (Object.keys(unmarked).length > 0) lines.push(`of these new ${counts(unmarked)} (--mark writes them)`);
    const rows = symbols
      .slice(0, SYMBOLS_SHOWN_MAX)
      .map((one) => [
        one.symbol,
        one.records,
        Object.keys(one.days).length,
        instant(one.firstNs),
        instant(one.lastNs),
        counts(one.quality),
      ]);
    lines.push(formatTable(['symbol', 'records', 'days', 'first', 'last', 'marked'], rows));
    if (symbols.length > SYMBOLS_SHOWN_MAX)
      lines.push(`… and ${symbols.length - SYMBOLS_SHOWN_MAX} more symbols`);
  }
  return lines;
}

function gapRow(gap: Gap): (string | number)[] {
  const shown = (value: bigint | null): string =>
    gap.kind === 'interval' ? instant(value) : value === null ? '' : String(value);
  return [
    gap.kind,
    gap.schema,
    gap.symbol,
    gap.missing ?? '',
    shown(gap.from),
    shown(gap.to),
    instant(gap.afterNs),
    instant(gap.beforeNs),
  ];
}

function asideRow({ reason, detail, isReadmitted, record }: AsideEntry): string[] {
  return [reason, detail, isReadmitted ? 'yes' : '', record === null ? '' : toJson(record)];
}

function counts(numbers: Readonly<Record<string, number>>): string {
  const entries = Object.entries(numbers).filter(([, count]) => count > 0);
  return entries.length === 0 ? 'none' : entries.map(([name, count]) => `${count} ${name}`).join(', ');
}
