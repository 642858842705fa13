/** Headers of tables that leave no doubt what the columns are: bars, quotes, trades. */

import { splitRow } from './csv-row.ts';

/** Headers by what they mean; letters and digits alone count. */
const ROLES: Readonly<Record<string, readonly string[]>> = {
  tsEvent: ['timestamp', 'timestamputc', 'datetime', 'time', 'date', 'ts', 'tsevent'],
  symbol: ['symbol', 'ticker', 'instrument'],
  open: ['open'],
  high: ['high'],
  low: ['low'],
  close: ['close'],
  volume: ['volume', 'vol'],
  vwap: ['vwap'],
  trades: ['trades', 'numtrades'],
  openInterest: ['openinterest'],
  bidPrice: ['bid', 'bidprice'],
  askPrice: ['ask', 'askprice'],
  bidQty: ['bidsize', 'bidqty', 'bidvolume'],
  askQty: ['asksize', 'askqty', 'askvolume'],
  price: ['price', 'last'],
  qty: ['size', 'qty', 'quantity', 'amount'],
};

export interface Shape {
  readonly schema: 'bar' | 'bbo' | 'trade';
  readonly needs: readonly string[];
  readonly may: readonly string[];
}

const SHAPES: readonly Shape[] = [
  {
    schema: 'bar',
    needs: ['tsEvent', 'open', 'high', 'low', 'close'],
    may: ['symbol', 'volume', 'vwap', 'trades', 'openInterest'],
  },
  { schema: 'bbo', needs: ['tsEvent', 'bidPrice', 'askPrice'], may: ['symbol', 'bidQty', 'askQty'] },
  { schema: 'trade', needs: ['tsEvent', 'price', 'qty'], may: ['symbol'] },
];

/** What a header says that leaves no doubt: every column is known, and those that are needed are there. */
export function shapeOf(header: string): { shape: Shape; columns: Record<string, string> } | null {
  const names = splitRow(header).map((name) => name.trim());
  const columns: Record<string, string> = {};
  for (const name of names) {
    const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
    const role = Object.keys(ROLES).find((one) => ROLES[one]!.includes(plain));
    if (role === undefined || role in columns) return null;
    columns[role] = name;
  }
  const shape = SHAPES.find(
    ({ needs, may }) =>
      needs.every((role) => role in columns) &&
      Object.keys(columns).every((role) => needs.includes(role) || may.includes(role)),
  );
  return shape === undefined ? null : { shape, columns };
}

export function isShapedHeader(header: string): boolean {
  return shapeOf(header) !== null;
}
