/**
 * Faults that an emulated vendor makes when it is asked to. Each has a name, says how often it comes, and draws from a stream
 * of its own: the same seed and the same traffic give the same faults.
 *
 *   429=nth:3,seconds:2        the third request is refused, with Retry-After 2
 *   5xx=p:0.05                 one request in twenty fails with 503
 *   gap=every:100              each hundredth message of market data is left out
 */

import { hashText, TwinError, Xoshiro128 } from '../base/index.ts';

/** What a fault may befall: requests, messages of market data, or both. */
export const FAULTS_KNOWN = {
  '429': {
    on: ['rest'],
    parameters: { seconds: 1 },
    about: 'refused for asking too much, with Retry-After of `seconds`',
  },
  '5xx': { on: ['rest'], parameters: { status: 503 }, about: 'fails with `status`' },
  slow: {
    on: ['rest', 'socket'],
    parameters: { ms: 500 },
    about: 'comes `ms` late, and what is behind it too',
  },
  cut: {
    on: ['rest', 'socket'],
    parameters: {},
    about: 'the connection breaks in the middle of a body or a frame',
  },
  gap: { on: ['socket'], parameters: {}, about: 'a message is left out' },
  duplicate: { on: ['socket'], parameters: {}, about: 'a message comes twice' },
  reorder: { on: ['socket'], parameters: {}, about: 'a message comes after the next one' },
  'bad-frame': { on: ['socket'], parameters: {}, about: 'a message is cut off in the middle of its text' },
} as const satisfies Record<
  string,
  {
    readonly on: readonly FaultPlace[];
    readonly parameters: Readonly<Record<string, number>>;
    readonly about: string;
  }
>;

export type FaultPlace = 'rest' | 'socket';
export type FaultName = keyof typeof FAULTS_KNOWN;
export const FAULT_NAMES = Object.keys(FAULTS_KNOWN) as FaultName[];

interface FaultRule {
  readonly name: FaultName;
  readonly spec: string;
  readonly on: readonly FaultPlace[];
  readonly when: { readonly kind: 'p' | 'nth' | 'every'; readonly value: number };
  readonly parameters: Readonly<Record<string, number>>;
  readonly stream: Xoshiro128;
  seen: number;
  fired: number;
}

/** A fault that has come. */
export interface Fault {
  readonly name: FaultName;
  readonly parameters: Readonly<Record<string, number>>;
}

export class FaultPlan {
  readonly #seed: number;
  readonly #rules = new Map<FaultName, FaultRule>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Asks for a fault from now on, instead of what was asked of it before. Raises DATA_REQUEST for what is none. */
  set(name: string, spec: string): void {
    const problems: string[] = [];
    const known = FAULT_NAMES.find((one) => one === name);
    if (known === undefined) problems.push(`fault ${name} (${FAULT_NAMES.join(', ')})`);
    const rule = known === undefined ? null : this.#read(known, spec, problems);
    if (problems.length > 0 || rule === null) throw new TwinError('DATA_REQUEST', RULE, { problems });
    this.#rules.set(rule.name, rule);
  }

  clear(name?: string): void {
    if (name === undefined) this.#rules.clear();
    else this.#rules.delete(name as FaultName);
  }

  /**
   * The fault that befalls the next request or message; null for none. The first that is due, in the order they were asked for;
   * each counts what no fault before it befell.
   */
  next(place: FaultPlace): Fault | null {
    for (const rule of this.#rules.values()) {
      if (!rule.on.includes(place)) continue;
      rule.seen++;
      if (!isDue(rule)) continue;
      rule.fired++;
      return { name: rule.name, parameters: rule.parameters };
    }
    return null;
  }

  /** What is asked for and how often it came. */
  list(): {
    readonly name: FaultName;
    readonly spec: string;
    readonly seen: number;
    readonly fired: number;
  }[] {
    return [...this.#rules.values()].map(({ name, spec, seen, fired }) => ({ name, spec, seen, fired }));
  }

  #read(name: FaultName, spec: string, problems: string[]): FaultRule | null {
    const known = FAULTS_KNOWN[name];
    const parameters: Record<string, number> = { ...known.parameters };
    let when: FaultRule['when'] | null = null;
    let on: readonly FaultPlace[] = known.on;
    for (const part of spec.split(',')) {
      const [key = '', text = ''] = part.split(':');
      const value = text === '' ? Number.NaN : Number(text);
      if (key === 'on') {
        on = known.on.filter((place) => place === text);
        if (on.length === 0) problems.push(`${name}: on:${text} (${known.on.join(', ')})`);
      } else if (key === 'p' && value > 0 && value <= 1) when = { kind: 'p', value };
      else if ((key === 'nth' || key === 'every') && Number.isSafeInteger(value) && value > 0)
        when = { kind: key, value };
      else if (key in parameters && Number.isSafeInteger(value) && value >= 0 && value <= PARAMETER_MAX)
        parameters[key] = value;
      else
        problems.push(
          `${name}: ${part} (p:0…1, nth:1…, every:1…, on:${known.on.join('|')}${namesOf(parameters)})`,
        );
    }
    if (name === '5xx' && !(parameters.status! >= 500 && parameters.status! <= 599))
      problems.push(`${name}: status:${parameters.status} (500 to 599)`);
    if (when === null) {
      problems.push(`${name}: ${spec} (one of p:, nth:, every: says when)`);
      return null;
    }
    const stream = new Xoshiro128(this.#seed ^ hashText(name));
    return { name, spec, on, when, parameters, stream, seen: 0, fired: 0 };
  }
}

const RULE = 'a fault is name=when with its parameters behind, separated by commas';
const PARAMETER_MAX = 3_600_000;

function namesOf(parameters: Readonly<Record<string, number>>): string {
  return Object.keys(parameters)
    .map((name) => `, ${name}:0…`)
    .join('');
}

function isDue({ when, seen, stream }: FaultRule): boolean {
  if (when.kind === 'p') return stream.nextDouble() < when.value;
  return when.kind === 'nth' ? seen === when.value : seen % when.value === 0;
}
