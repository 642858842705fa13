/** Event records as named values for people and other programs: names for codes, decimal prices, nothing left out. */

import { TwinError } from '../base/index.ts';
import {
  ACTION_KINDS,
  AUCTION_KIND_NAMES,
  CANCEL_REASON_NAMES,
  CMD_LINKED,
  CMD_NEW,
  CMD_PROTECT,
  DOUBLE_TIME,
  EV_ACTION,
  EV_ADJUSTED,
  EV_AUCTION,
  EV_BANDS,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_CONTRACT,
  EV_CONTRACT_END,
  EV_DELIVERS,
  EV_ENTITLEMENT,
  EV_INDICATIVE,
  EV_LIMIT_STATE,
  EV_QUOTE_REFUSED,
  EV_REJECTED,
  EV_REPLACE_REJECTED,
  EV_RETURNED,
  EV_SESSION,
  EVENT_LAYOUTS,
  EXPIRY_OUTCOMES,
  formatTicks,
  HEAD_CODE_SHIFT,
  HEAD_FLAG_AUCTION,
  HEAD_FLAG_HIDDEN,
  HEAD_FLAG_KEEPS_PRIORITY,
  HEAD_FLAG_MAKER_HIDDEN,
  HEAD_SIDE_SHIFT,
  IMBALANCE_DIRECTIONS,
  type InstrumentSpec,
  LIMIT,
  LIMIT_STATE_NAMES,
  linkOf,
  NO_PRICE_NAMES,
  PROTECTION_SCOPES,
  RECORD_WORDS,
  REJECT_TEXTS,
  RETURN_NAMES,
  SESSION_CAUSE_NAMES,
  SESSION_RULE_NAMES,
  SIDE_NAMES,
  STOP,
  STOP_LIMIT,
  TERMS_TYPE_SHIFT,
  UNDEF_INT32,
  WORD_INSTRUMENT,
  WORD_LEAVES,
  WORD_ORDER,
} from '../domain/index.ts';
import { ContractTerms } from './contract-terms.ts';
import type { JournalBatch } from './journal-reader.ts';

export type FieldValue = number | string | boolean | null;

/** Columns that every record may have, in front of those of its kind. */
export const COMMON_COLUMNS = [
  'record',
  'timeNs',
  'kind',
  'symbol',
  'side',
  'makerHidden',
  'keepsPriority',
  'hidden',
  'auctionTrade',
  'code',
  'reason',
] as const;

/** Holds what a record says outside the layout of its kind, as word4=7;word9=1. Empty in every regular record. */
export const OTHER_COLUMN = 'other';

/** A field of the layouts in a column: prices lose their unit, for they are decimals here. */
export function columnOfField(field: string): string {
  return field.replace(/Ticks/, '');
}

/** Every column: the common ones, then those of all kinds by first use. */
export const RECORD_COLUMNS: readonly string[] = [
  ...COMMON_COLUMNS,
  ...new Set(
    Object.values(EVENT_LAYOUTS).flatMap(({ fields }) =>
      fields.filter((field) => field !== '').map(columnOfField),
    ),
  ),
  OTHER_COLUMN,
];

/** Kinds whose code 0 says something: the first cause, the first kind of auction. */
const CODE_FROM_ZERO: readonly number[] = [
  CMD_LINKED,
  EV_SESSION,
  EV_INDICATIVE,
  EV_AUCTION,
  EV_RETURNED,
  EV_ACTION,
  EV_ENTITLEMENT,
  EV_ADJUSTED,
  EV_CONTRACT,
  EV_DELIVERS,
  EV_CONTRACT_END,
];

const FIRST_FIELD = WORD_ORDER;
const FIELD_COUNT = 7;
const KNOWN_FLAGS = HEAD_FLAG_MAKER_HIDDEN | HEAD_FLAG_KEEPS_PRIORITY | HEAD_FLAG_HIDDEN | HEAD_FLAG_AUCTION;
const ALL_FLAGS = 0xfe00;
/** Prices kept as text, so that the same price is formatted once. */
const PRICE_TEXTS_MAX = 100_000;

/** Turns records into named values. Raises RUNS_DAMAGED for an instrument that the journal does not name. */
export class RecordFields {
  readonly #instruments: readonly InstrumentSpec[];
  readonly #prices: Map<number, string>[];
  /** Null where nothing changes its symbol. */
  readonly #contracts: ContractTerms | null;

  constructor(instruments: readonly InstrumentSpec[]) {
    this.#instruments = instruments;
    this.#prices = instruments.map(() => new Map());
    const contracts = new ContractTerms(instruments);
    this.#contracts = contracts.isNeeded ? contracts : null;
  }

  /**
   * Visits the fields of record `r` of the batch, in the order of `RECORD_COLUMNS`. `index` is its place in the journal. Records come in
   * turn: an option that gets other terms has another symbol from then on.
   */
  visit(
    batch: JournalBatch,
    r: number,
    index: number,
    take: (column: string, value: FieldValue) => void,
  ): void {
    const { words, doubles } = batch;
    const at = r * RECORD_WORDS;
    const head = words[at]!;
    const kind = head & 0xff;
    const layout = EVENT_LAYOUTS[kind];
    const instrument = words[at + WORD_INSTRUMENT]!;
    const spec = this.#instruments[instrument];
    if (spec === undefined) {
      throw new TwinError('RUNS_DAMAGED', 'a record is of an instrument of the journal', {
        record: index,
        instrument,
      });
    }
    take('record', index);
    take('timeNs', doubles[(at >> 1) + DOUBLE_TIME]!);
    take('kind', layout?.name ?? `kind${kind}`);
    this.#contracts?.take(words, doubles, at);
    take('symbol', this.#contracts?.symbolOf(instrument) ?? spec.symbol);
    take('side', SIDE_NAMES[(head >> HEAD_SIDE_SHIFT) & 1]!);
    if ((head & HEAD_FLAG_MAKER_HIDDEN) !== 0) take('makerHidden', true);
    if ((head & HEAD_FLAG_KEEPS_PRIORITY) !== 0) take('keepsPriority', true);
    if ((head & HEAD_FLAG_HIDDEN) !== 0) take('hidden', true);
    if ((head & HEAD_FLAG_AUCTION) !== 0) take('auctionTrade', true);
    const code = head >>> HEAD_CODE_SHIFT;
    if (code !== 0 || CODE_FROM_ZERO.includes(kind)) {
      take('code', code);
      const reason = reasonOf(kind, code);
      if (reason !== null) take('reason', reason);
    }
    this.#visitFields(batch, at, kind, instrument, take);
  }

  #visitFields(
    { words, doubles }: JournalBatch,
    at: number,
    kind: number,
    instrument: number,
    take: (column: string, value: FieldValue) => void,
  ): void {
    const layout = EVENT_LAYOUTS[kind];
    const fields = layout?.fields;
    const others: string[] = [];
    const flags = words[at]! & ALL_FLAGS & ~KNOWN_FLAGS;
    if (flags !== 0) others.push(`flags=${flags}`);
    for (let i = 0; i < FIELD_COUNT; i++) {
      const field = fields?.[i] ?? '';
      const value = words[at + FIRST_FIELD + i]!;
      if (layout?.doubles?.includes(FIRST_FIELD + i) === true) {
        take(columnOfField(field), doubles[(at + FIRST_FIELD + i) >> 1]!);
        i++;
      } else if (field === '') {
        if (value !== 0) others.push(`word${FIRST_FIELD + i}=${value}`);
      } else if (
        value === UNDEF_INT32 ||
        (value === 0 && isAbsentTerm(kind, field, words[at + WORD_LEAVES]!))
      ) {
        take(columnOfField(field), null);
      } else {
        take(columnOfField(field), field.includes('Ticks') ? this.#priceText(instrument, value) : value);
      }
    }
    if (others.length > 0) take(OTHER_COLUMN, others.join(';'));
  }

  #priceText(instrument: number, ticks: number): string {
    const known = this.#prices[instrument]!;
    let text = known.get(ticks);
    if (text === undefined) {
      if (known.size >= PRICE_TEXTS_MAX) known.clear();
      text = formatTicks(this.#instruments[instrument]!, ticks);
      known.set(ticks, text);
    }
    return text;
  }
}

/** Zero in a new order's price or stop price says nothing when its type has none. Real prices may be 0 too. */
function isAbsentTerm(kind: number, field: string, terms: number): boolean {
  if (kind !== CMD_NEW) return false;
  const type = (terms >> TERMS_TYPE_SHIFT) & 7;
  if (field === 'stopPriceTicks') return type !== STOP && type !== STOP_LIMIT;
  return field === 'priceTicks' && type !== LIMIT && type !== STOP_LIMIT;
}

function reasonOf(kind: number, code: number): string | null {
  const low = code & 255;
  const high = code >> 8;
  switch (kind) {
    case EV_CANCELED:
      return CANCEL_REASON_NAMES[code] ?? null;
    case EV_REJECTED:
    case EV_CANCEL_REJECTED:
    case EV_REPLACE_REJECTED:
    case EV_QUOTE_REFUSED:
      return REJECT_TEXTS[code] ?? null;
    case CMD_LINKED: {
      const { role, onFill } = linkOf(code);
      return words(role, onFill);
    }
    case CMD_PROTECT:
      return PROTECTION_SCOPES[code] ?? null;
    case EV_SESSION:
      return words(SESSION_CAUSE_NAMES[low], SESSION_RULE_NAMES[high]);
    case EV_INDICATIVE:
      return words(AUCTION_KIND_NAMES[low], IMBALANCE_DIRECTIONS[high]);
    case EV_AUCTION:
      return words(AUCTION_KIND_NAMES[low], NO_PRICE_NAMES[high]);
    case EV_BANDS:
      return SESSION_RULE_NAMES[code] ?? null;
    case EV_RETURNED:
      return RETURN_NAMES[code] ?? null;
    case EV_ACTION:
    case EV_ENTITLEMENT:
    case EV_ADJUSTED:
    case EV_CONTRACT:
    case EV_DELIVERS:
      return ACTION_KINDS[code] ?? null;
    case EV_CONTRACT_END:
      return EXPIRY_OUTCOMES[code] ?? null;
    case EV_LIMIT_STATE:
      return words(SESSION_RULE_NAMES[low], LIMIT_STATE_NAMES[high]);
    default:
      return null;
  }
}

function words(...texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined && text !== '').join(' ');
}
