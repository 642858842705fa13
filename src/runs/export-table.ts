/** A journal as CSV or as JSON lines: every record, every field, in constant memory. */

import type { JournalReader, JournalTail } from './journal-reader.ts';
import { RECORD_COLUMNS, RecordFields } from './record-fields.ts';
import { TextFile } from './text-file.ts';

const BATCH_RECORDS = 8192;

export interface ExportResult {
  readonly path: string;
  readonly records: number;
  /** Set when the journal has a damaged tail, which is not in the export. */
  readonly tail: JournalTail | null;
}

/**
 * Writes the records that the reader has before it as CSV (RFC 4180) with a header row; a column that a kind does not have
 * is empty, and so is a field without a value. Prices are decimals, quantities lots, times ns since the run's epoch.
 */
export function exportCsv(reader: JournalReader, outPath: string): ExportResult {
  const columnOf = new Map(RECORD_COLUMNS.map((column, i) => [column, i]));
  const cells: string[] = [];
  const takeCell = (column: string, value: unknown): void => {
    cells[columnOf.get(column)!] = value === null ? '' : quoteCsv(String(value));
  };
  return exportRecords(reader, outPath, `${RECORD_COLUMNS.join(',')}\n`, (visit) => {
    cells.length = 0;
    for (let i = 0; i < RECORD_COLUMNS.length; i++) cells.push('');
    visit(takeCell);
    return `${cells.join(',')}\n`;
  });
}

/** Writes the records as one JSON object per line; a field without a value is null. Units as in `exportCsv`. */
export function exportJsonl(reader: JournalReader, outPath: string): ExportResult {
  let line: Record<string, unknown> = {};
  const takeField = (column: string, value: unknown): void => {
    line[column] = value;
  };
  return exportRecords(reader, outPath, '', (visit) => {
    line = {};
    visit(takeField);
    return `${JSON.stringify(line)}\n`;
  });
}

type TakeField = (column: string, value: unknown) => void;

function exportRecords(
  reader: JournalReader,
  path: string,
  firstLine: string,
  lineOf: (visit: (take: TakeField) => void) => string,
): ExportResult {
  const fields = new RecordFields(reader.header.instruments);
  const file = new TextFile(path);
  let records = reader.recordCount;
  const first = records;
  try {
    file.append(firstLine);
    for (let batch = reader.next(BATCH_RECORDS); batch !== null; batch = reader.next(BATCH_RECORDS)) {
      const here = batch;
      for (let r = 0; r < here.count; r++) {
        file.append(lineOf((take) => fields.visit(here, r, records, take)));
        records++;
      }
    }
    file.finish(path);
  } finally {
    file.discard();
  }
  return { path, records: records - first, tail: reader.tail };
}

function quoteCsv(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
