/** Names, scales and depths of instruments: from definitions of the capture, else from options, else the number itself. */

import { IMPLIED_DEPTH, type InstrumentFacts, OUTRIGHT_DEPTH } from './instrument.ts';
import { type Fraction, ONE } from './price-scale.ts';

/** What a user says of instruments. */
export interface NamingOptions {
  /** Symbol by security id. */
  readonly symbols: ReadonlyMap<number, string>;
  /** Display factor by symbol, product code or security id. */
  readonly factors: ReadonlyMap<string, Fraction>;
  /** Levels of outright books without definition; null for the usual ones. */
  readonly depth: number | null;
  /** Prices stay as they are shown, whatever a definition says. */
  readonly areShown: boolean;
}

/** A definition as far as the books need it. */
export interface DefinedInstrument {
  readonly id: number;
  readonly symbol: string;
  readonly group: string;
  readonly asset: string;
  readonly factor: Fraction | null;
  readonly outrightDepth: number | null;
  readonly impliedDepth: number | null;
}

export class InstrumentBook {
  readonly #options: NamingOptions;
  readonly #remark: (name: string) => void;
  readonly #defined = new Map<number, DefinedInstrument>();
  readonly #byGroup = new Map<string, Set<number>>();

  constructor(options: NamingOptions, remark: (name: string) => void) {
    this.#options = options;
    this.#remark = remark;
  }

  define(defined: DefinedInstrument): void {
    this.#defined.set(defined.id, defined);
    const members = this.#byGroup.get(defined.group) ?? new Set();
    members.add(defined.id);
    this.#byGroup.set(defined.group, members);
  }

  defined(id: number): DefinedInstrument | null {
    return this.#defined.get(id) ?? null;
  }

  /** Security ids of a group, of one product of it where that is named. */
  members(group: string, asset: string): number[] {
    return [...(this.#byGroup.get(group) ?? [])].filter(
      (id) => asset === '' || this.#defined.get(id)?.asset === asset,
    );
  }

  /** The symbol of an instrument: its number where nobody named it. */
  symbol(id: number): string {
    return this.#options.symbols.get(id) ?? this.#defined.get(id)?.symbol ?? String(id);
  }

  /** From the shown to the conventional price; null where nobody said. */
  factor(id: number): Fraction | null {
    const { factors, areShown } = this.#options;
    if (areShown) return ONE;
    const defined = this.#defined.get(id);
    const named =
      factors.get(this.symbol(id)) ?? factors.get(String(id)) ?? factors.get(defined?.asset ?? '');
    return named ?? defined?.factor ?? null;
  }

  /** What an instrument is from now on: asked once, when it is first met. */
  of(id: number): InstrumentFacts {
    const defined = this.#defined.get(id);
    const symbol = this.symbol(id);
    const factor = this.factor(id);
    if (symbol === String(id)) this.#remark('instrument-without-name');
    if (factor === null) this.#remark('instrument-with-shown-prices');
    return {
      symbol,
      group: defined?.group ?? '',
      asset: defined?.asset ?? '',
      factor,
      outrightDepth: defined?.outrightDepth ?? this.#options.depth ?? OUTRIGHT_DEPTH,
      impliedDepth: defined?.impliedDepth ?? IMPLIED_DEPTH,
    };
  }
}
