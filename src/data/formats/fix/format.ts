/** The file format `cme-fix`: FIX messages of CME with settlement prices, cleared volume and open interest. */

import { TwinError } from '../../../base/index.ts';
import type { FileContext, FileFormat, FileNormaliser } from '../../ingest/file-format.ts';
import { FIX_START, type FixFound, FixReader } from './messages.ts';
import { SettlementMessages } from './settlement.ts';

export const FIX_FORMAT: FileFormat = {
  name: 'cme-fix',
  version: 1,
  about: 'FIX messages (35=X, 35=W) with settlement prices, cleared volume and open interest.',
  schemas: ['statistics'],
  options: { venue: { about: 'Venue of the records', default: 'GLBX' } },
  // A message begins with its version and its length; what a tool wrote before it on the line may be there.
  recognise: (head) => FIX_START.test(new TextDecoder('latin1').decode(head.subarray(0, 4096))),
  open: ({ options }: FileContext, sink): FileNormaliser => {
    const venue = options.venue ?? '';
    if (!/^[A-Z0-9.]{2,12}$/.test(venue)) {
      throw new TwinError('DATA_REQUEST', 'options of a file are ones that it takes', {
        format: 'cme-fix',
        problems: [`venue=${venue} (2 to 12 of A-Z, 0-9 and dots)`],
      });
    }
    const reader = new FixReader();
    const settlements = new SettlementMessages(sink);
    const take = (found: Iterable<FixFound>): void => {
      for (const one of found) {
        if (one.kind === 'message') settlements.read(one.fields);
        else settlements.damaged(one.detail);
      }
    };
    return {
      venue,
      write: (bytes) => take(reader.write(bytes)),
      endPage: () => take(reader.end()),
      end: () => {},
    };
  },
};
