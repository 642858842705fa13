/** Figures of snapshots, summaries and daily answers: one record for each, with the vendor's name of those that have none here. */

import type { NewRecord } from '../../registry.ts';
import { type Message, numberOf, priceOf } from '../../venues/messages.ts';
import type { RecordMaker } from '../record-maker.ts';

type Kind = NewRecord<'statistics'>['kind'];

/** What a name of the vendor states, and whether it is a price. */
export type Figures = Readonly<Record<string, readonly [kind: Kind, isPrice: boolean]>>;

export interface FigureTime {
  readonly tsEvent: bigint | null;
  readonly tsRecv?: bigint | null;
  readonly quality?: number;
}

/** A record for each of the names that has a value; `prefix` goes in front of the name that is kept with it. */
export function pushFigures(
  maker: RecordMaker,
  symbol: string,
  time: FigureTime,
  from: Message | null,
  figures: Figures,
  prefix = '',
): void {
  if (from === null) return;
  for (const [name, [kind, isPrice]] of Object.entries(figures)) {
    const value = isPrice ? priceOf(from[name]) : numberOf(from[name]);
    if (value === null) continue;
    maker.push('statistics', {
      symbol,
      ...time,
      kind,
      ...(isPrice ? { price: value } : { value: Number(value) }),
      detail: `${prefix}${name}`,
    });
  }
}
