/** The history of names out of corporate actions: changes of symbols, and delistings. */

import { TwinError } from '../../base/index.ts';
import type { RecordSource } from '../lake/record-source.ts';
import { type NameEvent, SymbolHistory } from './symbol-history.ts';

/** Raises DATA_REQUEST where there are no corporate actions, DATA_RECORD for a change that contradicts another. */
export async function readSymbolHistory(source: RecordSource): Promise<SymbolHistory> {
  const events: NameEvent[] = [];
  let actions = 0;
  for await (const batch of source.read({ schema: 'corporate_action' })) {
    for (const { symbol, kind, exDate, otherSymbol } of batch.rows()) {
      actions++;
      if (kind === 'delisting') events.push({ symbol, day: exDate, to: null });
      if (kind === 'symbolChange' && otherSymbol !== null)
        events.push({ symbol, day: exDate, to: otherSymbol });
    }
  }
  if (actions > 0) return new SymbolHistory(events);
  throw new TwinError('DATA_REQUEST', 'names over time come from a dataset of corporate actions', {
    schemas: await source.schemas(),
  });
}
