/**
 * What may be done in an instrument, by SecurityStatus messages, definitions and snapshots. A status of a group is one of each of its
 * instruments that were defined; of a group of which nothing is known it is kept under the code of the group.
 * Source: market-rules §2.6, §12.4; the words are those of `mdp-status.ts`.
 */

import type { NewRecord } from '../../registry.ts';
import { MDP_EVENT_NO_CANCEL, MDP_RULES, MDP_STATUSES } from '../mdp-status.ts';
import type { SbeValues } from '../sbe/index.ts';
import { numberOf, textOf } from './decoded.ts';
import type { MdpFeed } from './feed.ts';
import type { MdpInstrument } from './instrument.ts';

const STATUS_NONE = 255;

type Said = Pick<NewRecord<'status'>, 'status' | 'rule' | 'reason'>;

export class StatusMessages {
  readonly #feed: MdpFeed;

  constructor(feed: MdpFeed) {
    this.#feed = feed;
  }

  read(values: SbeValues): void {
    const feed = this.#feed;
    const id = numberOf(values, 'SecurityID');
    const group = textOf(values, 'SecurityGroup') ?? '';
    const asset = textOf(values, 'Asset') ?? '';
    const code = numberOf(values, 'SecurityTradingStatus') ?? STATUS_NONE;
    if (id === null && group === '' && asset === '') {
      feed.reject('field-value', 'a status of no instrument and no group');
      return;
    }
    const said = this.#said(
      code,
      numberOf(values, 'HaltReason') ?? STATUS_NONE,
      numberOf(values, 'SecurityTradingEvent'),
    );
    if (said === null) return;
    const ids = id === null ? feed.facts.members(group, asset) : [id];
    for (const one of ids) this.#push(feed.instrument(one), code, said);
    if (ids.length > 0) return;
    feed.output.sink.remark('status-of-unknown-group');
    feed.output.sink.push('status', { ...feed.output.head(group === '' ? asset : group), ...said });
  }

  /** A status that came beside something else: told when it is another one than before. */
  tellIfNew(instrument: MdpInstrument, code: number): void {
    if (instrument.status === code) return;
    const said = this.#said(code, STATUS_NONE, null);
    if (said !== null) this.#push(instrument, code, said);
  }

  /** Null for a code that changes nothing, and for one that is none, which is set aside. */
  #said(code: number, haltReason: number, event: number | null): Said | null {
    const status = MDP_STATUSES[code];
    if (status === null) {
      this.#feed.output.sink.remark('status-without-change');
      return null;
    }
    if (status === undefined) {
      this.#feed.reject('field-value', `trading status ${code}`);
      return null;
    }
    const rule = MDP_RULES[haltReason] ?? 'other';
    const isNoCancel = status === 'preOpen' && event === MDP_EVENT_NO_CANCEL;
    return {
      status: isNoCancel ? 'noCancel' : status,
      rule: rule === '' ? null : rule,
      reason: haltReason === STATUS_NONE ? null : String(haltReason),
    };
  }

  #push(instrument: MdpInstrument, code: number, said: Said): void {
    const { output } = this.#feed;
    instrument.status = code;
    output.sink.push('status', { ...output.head(instrument.facts.symbol), ...said });
  }
}
