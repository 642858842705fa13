import { join } from 'node:path';
import { TwinError } from '../../base/index.ts';
import {
  exportCsv,
  exportJsonl,
  exportLobster,
  JOURNAL_FILE,
  JournalReader,
  RunStore,
} from '../../runs/index.ts';
import { refuseIngest } from '../../services/index.ts';

const LEVELS_DEFAULT = 10;

interface ExportOptions {
  readonly to: 'lobster' | 'csv' | 'jsonl';
  readonly symbol?: string;
  readonly levels?: number;
  readonly out?: string;
  readonly runs: string;
  readonly json?: boolean;
}

/** twin export */
export function exportRun(id: string, options: ExportOptions): void {
  if (options.to !== 'lobster') requireOnlyLobster(options);
  const run = new RunStore(options.runs).load(id);
  refuseIngest(run);
  const journal = run.path(JOURNAL_FILE);
  if (options.to === 'lobster') {
    const exports = symbolsOf(journal, options.symbol).map((symbol) =>
      withReader(journal, (reader) => ({
        symbol,
        ...exportLobster(
          reader,
          symbol,
          options.levels ?? LEVELS_DEFAULT,
          options.out ?? join(run.folder, 'lobster'),
        ),
      })),
    );
    say(
      options,
      { run: run.id, exports },
      exports.flatMap((one) => [one.messagePath, one.orderbookPath]),
    );
    warnOfTail(exports[0]?.tail ?? null);
    return;
  }
  const path = options.out ?? run.path(`events.${options.to}`);
  const exported = withReader(journal, (reader) =>
    options.to === 'csv' ? exportCsv(reader, path) : exportJsonl(reader, path),
  );
  say(options, { run: run.id, ...exported }, [`${exported.path} (${exported.records} records)`]);
  warnOfTail(exported.tail);
}

function requireOnlyLobster({ to, symbol, levels }: ExportOptions): void {
  if (symbol === undefined && levels === undefined) return;
  throw new TwinError(
    'CLI_USAGE',
    '--symbol and --levels belong to --to lobster; other forms have every record',
    {
      to,
      ...(symbol === undefined ? {} : { symbol }),
      ...(levels === undefined ? {} : { levels }),
    },
  );
}

function symbolsOf(journal: string, only: string | undefined): string[] {
  if (only !== undefined) return [only];
  return withReader(journal, (reader) => reader.header.instruments.map((instrument) => instrument.symbol));
}

function withReader<T>(path: string, use: (reader: JournalReader) => T): T {
  const reader = new JournalReader(path);
  try {
    return use(reader);
  } finally {
    reader.close();
  }
}

function say(options: ExportOptions, result: unknown, lines: readonly string[]): void {
  if (options.json === true) console.log(JSON.stringify(result));
  else for (const line of lines) console.log(line);
}

function warnOfTail(tail: { wholeRecords: number; tornBytes: number; reason: string } | null): void {
  if (tail === null) return;
  console.error(
    `the journal ends damaged (${tail.reason}): ${tail.wholeRecords} records before it are exported, ${tail.tornBytes} bytes are not`,
  );
}
