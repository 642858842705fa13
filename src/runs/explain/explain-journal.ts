/** The life of one order out of a journal: a first look finds its instrument, a second follows it to the end. */

import { TwinError } from '../../base/index.ts';
import {
  CANCEL_ROUTED,
  CMD_ROUTED,
  DOUBLE_TIME,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_CARRIED,
  EV_REPLACE_REJECTED,
  formatTicks,
  HEAD_CODE_SHIFT,
  RECORD_WORDS,
  WORD_INSTRUMENT,
  WORD_ORDER,
  WORD_OTHER_LEAVES,
} from '../../domain/index.ts';
import { type BookRules, isByTime, isParity } from '../../market/index.ts';
import { ContractTerms } from '../contract-terms.ts';
import { JournalReader } from '../journal-reader.ts';
import type { RunKind, RunStatus } from '../manifest.ts';
import type { OrderExplanation, SentOrder } from './explanation.ts';
import type { MatchRules } from './fillable.ts';
import { findInstrumentOf } from './find-order.ts';
import { LinkedHistory } from './linked-history.ts';
import { type GroupOfAccount, OrderFollower } from './order-follower.ts';
import { outcomeOf } from './outcome.ts';
import { whySentences } from './why.ts';

const BATCH_RECORDS = 8192;
/** Orders that stood for a managed one, as many as a note names. */
const CARRIERS_SHOWN = 8;

/** What a journal does not say of its run. */
export interface RunContext {
  readonly kind: RunKind;
  readonly status: RunStatus;
  /** Digest of the whole journal; null: not known, and a journal without a damaged tail counts as whole. */
  readonly digest: string | null;
  /** Matching rules by symbol. */
  readonly rulesOf: (symbol: string) => Pick<BookRules, 'icebergRefresh' | 'allocation' | 'protectionTicks'>;
  readonly groupOf: GroupOfAccount;
}

/**
 * Reads the journal at `path`, up to its damage if it has any. Raises RUNS_NO_ORDER for an id that it does not have,
 * RUNS_NOT_FOUND, RUNS_DAMAGED.
 */
export function explainJournal(path: string, orderId: number, context: RunContext): OrderExplanation {
  const index = readWith(path, (reader) => findInstrumentOf(reader, orderId));
  return readWith(path, (reader) => {
    const { instruments, runId, epochNs } = reader.header;
    const instrument = instruments[index];
    if (instrument === undefined) {
      throw new TwinError('RUNS_DAMAGED', 'a record is of an instrument of the journal', {
        orderId,
        instrument: index,
      });
    }
    const rules = matchRulesOf(context, instrument.symbol);
    const order = new OrderFollower(
      orderId,
      rules,
      context.groupOf,
      (at) => instruments[at]?.symbol ?? `instrument ${at}`,
    );
    const carriers = new Carriers(orderId);
    const links = new LinkedHistory(orderId);
    const contracts = new ContractTerms(instruments);
    const lastNs = followAll(reader, index, order, (words, at, doubles) => {
      carriers.take(words, at);
      links.take(words, at);
      contracts.take(words, doubles, at);
    });
    const { tail } = reader;
    const isUncut = tail === null && (context.digest === null || context.digest === reader.digestHex());
    const isWhole = context.status === 'finished' && isUncut;
    const outcome = outcomeOf(order, { lastNs, isWhole });
    const { answer, market, entries, steps, moves, fills, routes, feeMicro, lots, boundTicks } = order.life;
    const sent = order.life.sent!;
    return {
      runId,
      orderId,
      instrument,
      epochNs,
      icebergRefresh: rules.icebergRefresh,
      isShared: rules.isShared,
      sent,
      linked: links.linked,
      answer,
      market,
      entries,
      steps,
      moves,
      fills,
      routes,
      feeMicro,
      session: order.session.events,
      contract: contracts.storyOf(index),
      lots,
      outcome,
      why: whySentences({ sent, rule: answer?.rule ?? null, lots, fills, outcome, instrument }),
      notes: [
        ...carriers.notes(order.isManaged),
        ...links.notes(),
        ...quoteNotes(order.isQuote, sent),
        ...boundNotes(boundTicks === null ? null : formatTicks(instrument, boundTicks), sent),
        ...notesOf(context.kind, rules, sent),
      ],
      tail,
    };
  });
}

function matchRulesOf(context: RunContext, symbol: string): MatchRules {
  const { icebergRefresh, allocation, protectionTicks } = context.rulesOf(symbol);
  const isShared = !isByTime(allocation);
  return { icebergRefresh, isShared, sharesHidden: isParity(allocation) && isShared, protectionTicks };
}

/** Which orders of the book stood for which managed one, as far as the order at hand is concerned. */
class Carriers {
  readonly #orderId: number;
  readonly #ids: number[] = [];
  #originId = 0;
  /** Order of another venue of which it is a part. */
  #routedFor = 0;
  #isRouted = false;

  constructor(orderId: number) {
    this.#orderId = orderId;
  }

  take(words: Int32Array, at: number): void {
    if ((words[at]! & 0xff) === CMD_ROUTED && words[at + WORD_ORDER] === this.#orderId)
      this.#routedFor = words[at + WORD_OTHER_LEAVES]!;
    if ((words[at]! & 0xff) === EV_CANCELED && words[at]! >>> HEAD_CODE_SHIFT === CANCEL_ROUTED)
      this.#isRouted ||= words[at + WORD_ORDER] === this.#orderId;
    if ((words[at]! & 0xff) !== EV_CARRIED) return;
    const [carrierId, originId] = [words[at + WORD_ORDER]!, words[at + WORD_OTHER_LEAVES]!];
    if (carrierId === this.#orderId) this.#originId = originId;
    if (originId === this.#orderId) this.#ids.push(carrierId);
  }

  notes(isManaged: boolean): string[] {
    if (this.#routedFor !== 0)
      return [`It is a part of order ${this.#routedFor}, sent here by the venue of that order.`];
    if (this.#originId !== 0)
      return [`It stands in the book for order ${this.#originId}, which the venue looks after.`];
    const count = this.#ids.length;
    if (count === 0) {
      return isManaged
        ? ['The venue looked after it: it waited outside of the book, and no order there stood for it.']
        : [];
    }
    const shown = this.#ids.slice(0, CARRIERS_SHOWN).join(', ');
    const more = count > CARRIERS_SHOWN ? ` and ${count - CARRIERS_SHOWN} later ones` : '';
    if (this.#isRouted)
      return [
        `Its venue routed it: since then ${shown}${more} stood for it in the book, which counts here as its own.`,
      ];
    return [
      `The venue looked after it: in the book ${shown}${more} stood for it, one after another. Their explanations have its places, fills and end.`,
    ];
  }
}

/** Where an order came from that no command names. */
function quoteNotes(isQuote: boolean, { side, accountId }: SentOrder): string[] {
  if (!isQuote) return [];
  const what = side === 'buy' ? 'bid' : 'ask';
  return [
    `It is the ${what} of a mass quote of account ${accountId}, whose later mass quotes change or pull it.`,
  ];
}

/** Gives the follower every record of its instrument, and refusals of late changes; returns the time of the last record. */
function followAll(
  reader: JournalReader,
  instrument: number,
  order: OrderFollower,
  alsoTake: (words: Int32Array, at: number, doubles: Float64Array) => void,
): number {
  let record = 0;
  let lastNs = 0;
  for (let batch = reader.next(BATCH_RECORDS); batch !== null; batch = reader.next(BATCH_RECORDS)) {
    const { words, doubles, count } = batch;
    for (let r = 0; r < count; r++, record++) {
      const at = r * RECORD_WORDS;
      if (words[at + WORD_INSTRUMENT] === instrument || isLateRefusal(words, at, order.orderId)) {
        order.take(batch, r, record);
        alsoTake(words, at, doubles);
      }
    }
    lastNs = doubles[((count - 1) * RECORD_WORDS) / 2 + DOUBLE_TIME]!;
  }
  order.settle();
  return lastNs;
}

/** A venue does not know the instrument of an order that is gone: it refuses the change under the first one. */
function isLateRefusal(words: Int32Array, at: number, orderId: number): boolean {
  const kind = words[at]! & 0xff;
  return (kind === EV_CANCEL_REJECTED || kind === EV_REPLACE_REJECTED) && words[at + WORD_ORDER] === orderId;
}

/** Why an order was taken at another price than it asked for. */
function boundNotes(price: string | null, { auctionTerm, side }: SentOrder): string[] {
  if (price === null) return [];
  return auctionTerm === 'closingPrice'
    ? [`It was for the closing price, which is ${price}.`]
    : [
        `The venue took it for prices of ${price} ${side === 'buy' ? 'and below' : 'and above'} only: another venue showed a better quote than those beyond.`,
      ];
}

/** What a reader should know of the rules before the figures mislead. */
function notesOf(kind: RunKind, rules: MatchRules, { isHidden, displayQtyLots }: SentOrder): string[] {
  const notes: string[] = [];
  if (isHidden)
    notes.push('It is not displayed: all that is displayed at its price trades first, whenever it came.');
  if (displayQtyLots !== null) {
    notes.push(
      rules.icebergRefresh !== 'displayThenHiddenTime'
        ? `Each new peak is shown ${rules.icebergRefresh === 'roundRobin' ? 'at once' : 'once hidden orders have traded'}, at the back of the displayed queue.`
        : 'What it does not show trades by time behind all that is displayed; a new peak is shown at the back of the displayed queue.',
    );
  }
  if (rules.isShared) {
    notes.push(
      'Orders share a price by a rule of allocation: "ahead" is the order of time, which does not decide alone.',
    );
  }
  if (kind === 'replay') {
    notes.push(
      'A recording: places are by the order in which orders came into our book; one that the exchange ranked higher trades earlier than its place says.',
    );
  }
  return notes;
}

function readWith<T>(path: string, use: (reader: JournalReader) => T): T {
  const reader = new JournalReader(path);
  try {
    return use(reader);
  } finally {
    reader.close();
  }
}
