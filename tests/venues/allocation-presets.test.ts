/** The presets of configs/venues/allocation/: each is sound, and says what market-rules §1.1 to §1.7 say. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  checkAllocationAlgorithm,
  checkParityRule,
  checkPriorityRule,
  cmeAlgorithm,
  comparePriority,
  type InterestClass,
} from '../../src/market/index.ts';

function preset<T>(name: string): T {
  const url = new URL(`../../configs/venues/allocation/${name}.yaml`, import.meta.url);
  return parse(readFileSync(url, 'utf8')) as T;
}

const cme = preset<{ products: { names: string[]; algorithm: unknown }[] }>('cme');
const generic = preset<{ algorithms: { name: string; algorithm: unknown }[] }>('generic');
const priority = preset<{ venues: Record<string, { categories: unknown[] }> }>('priority');

describe('allocation presets', () => {
  it('name the algorithm of each CME product', () => {
    const stepsOf = new Map(
      cme.products.flatMap(({ names, algorithm }) => {
        const { steps } = cmeAlgorithm(algorithm, names.join());
        return names.map((name) => [name, steps.map(({ step }) => step).join(' ')] as const);
      }),
    );
    expect(stepsOf.get('ES')).toBe('fifo');
    expect(stepsOf.get('SR3')).toBe('top proRata fifo');
    expect(stepsOf.get('ZC')).toBe('top lmm split fifo proRata fifo');
    expect(stepsOf.size).toBe(11);
  });

  it.each(generic.algorithms)('$name is sound', ({ name, algorithm }) => {
    expect(checkAllocationAlgorithm(algorithm, name).steps.length).toBeGreaterThan(0);
  });

  it('give the setter 15 % of the incoming quantity', () => {
    const { parity } = preset<{ parity: unknown }>('nyse-parity');
    expect(checkParityRule(parity, 'nyse')).toMatchObject({ roundLotLots: 100, setterBps: 1500 });
  });

  it.each([
    ['nasdaq', ['displayed', 'hidden', 'reserve']],
    ['nyse', ['market', 'displayed', 'hidden', 'reserve', 'yielding']],
    ['iex', ['displayed', 'hidden', 'reserve']],
    ['lse', ['displayed', 'hidden', 'reserve']],
    ['xetra', ['displayed', 'hidden', 'reserve']],
    ['tsx', ['displayed', 'reserve', 'hidden']],
    ['cme', ['displayed', 'reserve']],
    ['crypto', ['displayed', 'reserve']],
  ] as const)('%s ranks its classes in this order at equal time', (venue, classes) => {
    const rule = checkPriorityRule({ categories: priority.venues[venue]!.categories }, venue);
    const interest = (name: InterestClass, sequence: number) => ({
      class: name,
      lots: 100,
      sequence,
      isOfAggressorsBroker: false,
    });
    for (let i = 1; i < classes.length; i++) {
      expect(comparePriority(rule, interest(classes[i - 1]!, 1), interest(classes[i]!, 2))).toBeLessThan(0);
    }
  });

  it('every venue has a sound rule', () => {
    for (const [venue, { categories }] of Object.entries(priority.venues)) {
      expect(checkPriorityRule({ categories }, venue).categories.length).toBeGreaterThan(0);
    }
  });
});
