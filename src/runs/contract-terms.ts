/**
 * Option contracts as the records of a journal tell of them: terms as they were listed, and what corporate actions made of them since.
 * A `contract` record and the `delivers` behind it are one change; they come in a row.
 */

import {
  ACTION_KINDS,
  type ActionKind,
  contractSymbol,
  DOUBLE_TIME,
  EV_CONTRACT,
  EV_CONTRACT_END,
  EV_DELIVERS,
  EV_EXERCISE,
  EXPIRY_OUTCOMES,
  type ExpiryOutcome,
  HEAD_CODE_SHIFT,
  type InstrumentSpec,
  type OptionTerms,
  WORD_INSTRUMENT,
  WORD_ORDER,
  WORD_OTHER,
  WORD_OTHER_LEAVES,
  WORD_QTY,
} from '../domain/index.ts';

/** Terms that hold from a time on. */
export interface ContractChange {
  readonly timeNs: number;
  readonly action: ActionKind;
  /** One contract of before is so many. */
  readonly perContract: number;
  readonly symbol: string;
  readonly terms: OptionTerms;
}

/** What became of a contract on its last day; amounts per lot, minor units. */
export interface ContractEnd {
  readonly timeNs: number;
  readonly outcome: ExpiryOutcome;
  /** Of what is delivered; null without prices. */
  readonly worthMinor: number | null;
  readonly aggregateMinor: number;
  /** Lots that were held long at the end, and exercised unless they lapsed. */
  readonly lots: number;
}

export interface ContractStory {
  readonly listed: { readonly symbol: string; readonly terms: OptionTerms };
  readonly changes: readonly ContractChange[];
  readonly end: ContractEnd | null;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

interface Told {
  readonly listed: ContractStory['listed'];
  readonly changes: Writable<ContractChange>[];
  end: Writable<ContractEnd> | null;
}

export class ContractTerms {
  readonly #instruments: readonly InstrumentSpec[];
  /** By instrument; null for what is no option. */
  readonly #told: readonly (Told | null)[];

  constructor(instruments: readonly InstrumentSpec[]) {
    this.#instruments = instruments;
    this.#told = instruments.map(({ symbol, option }) =>
      option === undefined ? null : { listed: { symbol, terms: option }, changes: [], end: null },
    );
  }

  /** Whether any instrument is an option. */
  get isNeeded(): boolean {
    return this.#told.some((told) => told !== null);
  }

  /** Takes the record at `at`, of any kind. `doubles` are the same bytes. */
  take(words: Int32Array, doubles: Float64Array, at: number): void {
    const kind = words[at]! & 0xff;
    if (kind < EV_CONTRACT || kind > EV_EXERCISE) return;
    const told = this.#told[words[at + WORD_INSTRUMENT]!];
    if (told == null) return;
    const timeNs = doubles[(at >> 1) + DOUBLE_TIME]!;
    const code = words[at]! >>> HEAD_CODE_SHIFT;
    const [first, second] = [doubles[(at + WORD_ORDER) >> 1]!, doubles[(at + WORD_QTY) >> 1]!];
    switch (kind) {
      case EV_CONTRACT: {
        const rootNumber = words[at + WORD_OTHER]!;
        const deliverable = { shares: 0, others: [], cash: 0 };
        const terms = {
          ...(told.changes.at(-1) ?? told.listed).terms,
          strike: first,
          multiplier: second,
          deliverable,
        };
        const symbol = this.#symbolOf(words[at + WORD_INSTRUMENT]!, terms, rootNumber);
        const perContract = words[at + WORD_OTHER_LEAVES]!;
        told.changes.push({ timeNs, action: ACTION_KINDS[code]!, perContract, symbol, terms });
        return;
      }
      case EV_DELIVERS:
        this.#deliver(told, words[at + WORD_ORDER]!, second);
        return;
      case EV_CONTRACT_END: {
        const outcome = EXPIRY_OUTCOMES[code]!;
        const worthMinor = outcome === 'noPrice' ? null : first;
        told.end = { timeNs, outcome, worthMinor, aggregateMinor: second, lots: 0 };
        return;
      }
      case EV_EXERCISE:
        // Longs give their contracts up.
        if (told.end !== null) told.end.lots += Math.max(0, -doubles[(at + WORD_OTHER) >> 1]!);
    }
  }

  /** Symbol by which an instrument trades now. */
  symbolOf(instrument: number): string {
    return this.#told[instrument]?.changes.at(-1)?.symbol ?? this.#instruments[instrument]!.symbol;
  }

  /** Null for what is no option. */
  storyOf(instrument: number): ContractStory | null {
    return this.#told[instrument] ?? null;
  }

  #deliver(told: Told, delivered: number, amount: number): void {
    const change = told.changes.at(-1);
    if (change === undefined) return;
    const { terms } = change;
    const { shares, others, cash } = terms.deliverable;
    const spec = this.#instruments[delivered];
    const symbol = spec?.product ?? spec?.symbol ?? '';
    const deliverable =
      delivered < 0
        ? { shares, others, cash: amount }
        : symbol === terms.underlying
          ? { shares: amount, others, cash }
          : { shares, others: [...others, { symbol, shares: amount }], cash };
    change.terms = { ...terms, deliverable };
  }

  /** The name of its venue stays behind it. */
  #symbolOf(instrument: number, terms: OptionTerms, rootNumber: number): string {
    const { symbol, product } = this.#instruments[instrument]!;
    const suffix = product !== undefined && symbol.startsWith(product) ? symbol.slice(product.length) : '';
    const name = contractSymbol(terms, rootNumber);
    return name === null ? symbol : name + suffix;
  }
}

/** '60 call until 2026-01-16 for 100 ACME, multiplier 100'. */
export function contractText({
  underlying,
  right,
  strike,
  expiry,
  multiplier,
  deliverable,
}: OptionTerms): string {
  const { shares, others, cash } = deliverable;
  const parts = [
    ...(shares === 0 ? [] : [`${shares} ${underlying}`]),
    ...others.map((other) => `${other.shares} ${other.symbol}`),
    ...(cash === 0 ? [] : [`cash ${cash}`]),
  ];
  return `${strike} ${right} until ${expiry} for ${parts.join(' + ')}, multiplier ${multiplier}`;
}
