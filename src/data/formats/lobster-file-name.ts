/** Names of LOBSTER files, and how two of them make a pair. No input or output here: heads of files are passed in. */

import { TwinError } from '../../base/index.ts';

export type LobsterFileKind = 'message' | 'orderbook';

/** What a name like TICKER_2012-06-21_34200000_57600000_message_10.csv says. Units: ms since local midnight. */
export interface LobsterFileName {
  readonly symbol: string;
  /** Year, month, day: 2012-06-21. */
  readonly date: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly kind: LobsterFileKind;
  readonly levels: number;
  /** '.gz' or nothing. */
  readonly compression: '' | '.gz';
}

export interface LobsterPair {
  readonly messagePath: string;
  readonly orderbookPath: string;
  /** What the message file's name says, null if it does not follow the pattern. */
  readonly name: LobsterFileName | null;
}

const NAME_PATTERN =
  /^(.+)_(\d{4}-\d{2}-\d{2})_(\d{1,8})_(\d{1,8})_(message|orderbook)_(\d{1,4})\.csv(\.gz)?$/;
const DAY_MS = 86_400_000;
const NEW_YORK = 'America/New_York';

/** Parts of a file name or path, or null if it does not follow the vendor's pattern. */
export function parseLobsterFileName(path: string): LobsterFileName | null {
  const found = NAME_PATTERN.exec(baseName(path));
  if (found === null) return null;
  const [, symbol, date, start, end, kind, levels, compression] = found as unknown as string[];
  const startMs = Number(start);
  const endMs = Number(end);
  if (!isCalendarDate(date!) || startMs > endMs || endMs > DAY_MS || Number(levels) < 1) return null;
  return {
    symbol: symbol!,
    date: date!,
    startMs,
    endMs,
    kind: kind as LobsterFileKind,
    levels: Number(levels),
    compression: compression === '.gz' ? '.gz' : '',
  };
}

/** The vendor's file name of these parts. */
export function formatLobsterFileName(name: LobsterFileName): string {
  const { symbol, date, startMs, endMs, kind, levels, compression } = name;
  return `${symbol}_${date}_${startMs}_${endMs}_${kind}_${levels}.csv${compression}`;
}

/**
 * Kind of a LOBSTER file by the columns of its first row, null if it is neither: a message row has six, or seven with
 * the extra one, an orderbook row four per level. `head` is unpacked text and holds the first row.
 */
export function lobsterKindOfContent(head: Uint8Array): LobsterFileKind | null {
  const firstRow = new TextDecoder('latin1').decode(head).split('\n', 1)[0]!.replace(/\r$/, '');
  const columns = firstRow.split(',');
  if (!/^\d+(\.\d+)?$/.test(columns[0]!)) return null;
  if ((columns.length === 6 || columns.length === 7) && /^[1-7]$/.test(columns[1]!)) return 'message';
  if (columns.length % 4 === 0 && columns.every((column) => /^-?\d+$/.test(column))) return 'orderbook';
  return null;
}

/**
 * Tells which of two files, given in any order, holds the messages and which the book. Where a name does not follow the
 * pattern its content decides, read by `readHead`. Faults with DATA_PAIR if they do not belong together.
 */
export function findLobsterPair(
  paths: readonly [string, string],
  readHead: (path: string) => Uint8Array,
): LobsterPair {
  const names = paths.map(parseLobsterFileName) as [LobsterFileName | null, LobsterFileName | null];
  const [first, second] = names;
  const files = { first: baseName(paths[0]), second: baseName(paths[1]) };
  if (first !== null && second !== null) checkSameDay(first, second, files);
  const kinds = paths.map((path, i) => names[i]?.kind ?? lobsterKindOfContent(readHead(path)));
  for (const [i, kind] of kinds.entries()) {
    if (kind === null) {
      throw new TwinError('DATA_PAIR', 'a file of a LOBSTER pair is a message or an orderbook file', {
        file: baseName(paths[i]!),
        ...files,
      });
    }
  }
  if (kinds[0] === kinds[1]) {
    throw new TwinError('DATA_PAIR', 'a LOBSTER pair is one message file and one orderbook file', {
      ...files,
      kind: kinds[0],
    });
  }
  const messageAt = kinds[0] === 'message' ? 0 : 1;
  return {
    messagePath: paths[messageAt]!,
    orderbookPath: paths[1 - messageAt]!,
    name: names[messageAt] ?? null,
  };
}

/** New York midnight of a date (2012-06-21) as ns since 1970 UTC: where the times of its LOBSTER files count from. */
export function lobsterEpochNs(date: string): bigint {
  if (!isCalendarDate(date)) {
    throw new TwinError('DATA_FORMAT', 'a date is year-month-day of the calendar', { date });
  }
  // Daylight saving changes at two in the morning, so midnight is one of two instants.
  const format = new Intl.DateTimeFormat('en-US', { timeZone: NEW_YORK, hour: 'numeric', hourCycle: 'h23' });
  const utcMidnightMs = Date.parse(`${date}T00:00:00Z`);
  const summerMidnightMs = utcMidnightMs + 4 * 3_600_000;
  const isSummer = Number(format.format(summerMidnightMs)) === 0;
  return BigInt(isSummer ? summerMidnightMs : utcMidnightMs + 5 * 3_600_000) * 1_000_000n;
}

function checkSameDay(
  a: LobsterFileName,
  b: LobsterFileName,
  files: { first: string; second: string },
): void {
  for (const part of ['symbol', 'date', 'startMs', 'endMs', 'levels'] as const) {
    if (a[part] !== b[part]) {
      throw new TwinError('DATA_PAIR', `the files of a LOBSTER pair have the same ${part}`, files);
    }
  }
}

function isCalendarDate(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1)!;
}
