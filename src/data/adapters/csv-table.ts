/** Tables as CSV with a line of names, as vendors give them instead of JSON. */

export type CsvRow = Readonly<Record<string, string>>;

export interface CsvTable {
  readonly names: readonly string[];
  readonly rows: readonly CsvRow[];
  /** Numbers (from 0) of the lines after the first that have not as many columns as names, with their text. */
  readonly misfits: readonly { readonly row: number; readonly line: string }[];
}

/** Empty columns are left out of a row. Quotation marks bind commas, and are doubled or behind a backslash within; no value has lines. */
export function readCsvTable(text: string): CsvTable {
  const [head = '', ...lines] = text.split(/\r?\n/);
  const names = cellsOf(head);
  const rows: CsvRow[] = [];
  const misfits: { row: number; line: string }[] = [];
  lines.forEach((line, row) => {
    if (line === '') return;
    const cells = cellsOf(line);
    if (cells.length !== names.length) misfits.push({ row, line });
    else
      rows.push(
        Object.fromEntries(names.map((name, at) => [name, cells[at]!]).filter(([, cell]) => cell !== '')),
      );
  });
  return { names, rows, misfits };
}

function cellsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  const cells: string[] = [];
  // A comma in front lets every cell begin with one.
  for (const [, quoted, plain] of `,${line}`.matchAll(/,(?:"((?:[^"\\]|""|\\.)*)"|([^,]*))/g)) {
    cells.push(
      quoted === undefined ? plain! : quoted.replace(/""|\\(.)/g, (_, kept?: string) => kept ?? '"'),
    );
  }
  return cells;
}
