/** Cells of one row of a table. */

const QUOTE = '"';

/** Splits a row; cells may be quoted, with doubled quotes inside. Cells do not run over the end of a row. */
export function splitRow(row: string, delimiter = ','): string[] {
  if (!row.includes(QUOTE)) return row.split(delimiter);
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (row[at] !== QUOTE) {
      const end = row.indexOf(delimiter, at);
      if (end < 0) {
        cells.push(row.slice(at));
        return cells;
      }
      cells.push(row.slice(at, end));
      at = end + 1;
      continue;
    }
    let cell = '';
    let from = at + 1;
    let end = row.indexOf(QUOTE, from);
    while (end >= 0 && row[end + 1] === QUOTE) {
      cell += row.slice(from, end + 1);
      from = end + 2;
      end = row.indexOf(QUOTE, from);
    }
    cells.push(cell + row.slice(from, end < 0 ? row.length : end));
    if (end < 0) return cells;
    const next = row.indexOf(delimiter, end);
    if (next < 0) return cells;
    at = next + 1;
  }
}

/** A plain decimal number, also with commas between thousands and a dollar or percent sign; null for anything else. */
export function numberOfCell(cell: string): number | null {
  const plain = /[$,%]/.test(cell) ? cell.replace(/[$,%]/g, '') : cell;
  const text = plain.trim();
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
