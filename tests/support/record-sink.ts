/** Keeps the event records of a replay and gives them back by kind, with names for what they say of sessions. */

import {
  AUCTION_KIND_NAMES,
  DOUBLE_TIME,
  EV_AUCTION,
  EV_BANDS,
  EV_INDICATIVE,
  EV_LIMIT_STATE,
  EV_SESSION,
  type EventSink,
  HEAD_CODE_SHIFT,
  HEAD_SIDE_SHIFT,
  IMBALANCE_DIRECTIONS,
  LIMIT_STATE_NAMES,
  NO_PRICE_NAMES,
  RECORD_WORDS,
  readFloat64,
  SESSION_CAUSE_NAMES,
  SESSION_RULE_NAMES,
} from '../../src/domain/index.ts';
import { SESSION_STATE_NAMES } from '../../src/market/index.ts';

const nameOf = (state: number): string => SESSION_STATE_NAMES[state] ?? String(state);

export class RecordSink implements EventSink {
  /** Session, indicative, auction, bands and limit-state records, in order: time, instrument and what they say. */
  readonly venue: { readonly timeNs: number; readonly instrument: number; readonly text: string }[] = [];
  readonly kinds = new Map<number, number>();

  write(words: Int32Array, recordCount: number): void {
    const doubles = new Float64Array(words.buffer, words.byteOffset, words.length >> 1);
    for (let at = 0; at < recordCount * RECORD_WORDS; at += RECORD_WORDS) {
      const kind = words[at]! & 0xff;
      this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
      const text = textOf(words, at);
      if (text === null) continue;
      this.venue.push({ timeNs: doubles[(at >> 1) + DOUBLE_TIME]!, instrument: words[at + 1]!, text });
    }
  }

  /** What was said of an instrument, without times. */
  textsOf(instrument: number): string[] {
    return this.venue.filter((record) => record.instrument === instrument).map(({ text }) => text);
  }
}

/** Null for a record of another kind. Absent prices are shown as -2147483648, as they stand there. */
function textOf(words: Int32Array, at: number): string | null {
  const head = words[at]!;
  const low = (head >>> HEAD_CODE_SHIFT) & 0xff;
  const high = head >>> (HEAD_CODE_SHIFT + 8);
  const side = (head >> HEAD_SIDE_SHIFT) & 1;
  const word = (index: number): number => words[at + index]!;
  switch (head & 0xff) {
    case EV_SESSION: {
      const why = `${SESSION_CAUSE_NAMES[low]} ${SESSION_RULE_NAMES[high]}`.trimEnd();
      return `session ${nameOf(word(5))} > ${nameOf(word(4))} ${why}`;
    }
    case EV_INDICATIVE: {
      const lots = `paired=${readFloat64(words, at + 6)} imbalance=${readFloat64(words, at + 8)}`;
      const kind = `${AUCTION_KIND_NAMES[low]} ${IMBALANCE_DIRECTIONS[high]} side=${side}`;
      return `indicative ${kind} far=${word(4)} near=${word(5)} reference=${word(10)} ${lots}`;
    }
    case EV_AUCTION:
      return `auction ${AUCTION_KIND_NAMES[low]} ${readFloat64(words, at + 6)} @ ${word(5)} ${NO_PRICE_NAMES[high]}`.trimEnd();
    case EV_BANDS:
      return `bands ${word(5)} to ${word(6)} ${SESSION_RULE_NAMES[low]}`;
    case EV_LIMIT_STATE:
      return `limitState ${LIMIT_STATE_NAMES[high]} ${SESSION_RULE_NAMES[low]}`;
    default:
      return null;
  }
}
