import { describe, expect, it } from 'vitest';
import { TwinError } from '../base/index.ts';
import { ZONE_CLOCK } from '../services/index.ts';
import { World } from '../world/index.ts';
import { checkScenario, parseScenario, planRun } from './index.ts';
import { hoursOf } from './schema.ts';

/** The smallest scenario: everything else has a default. */
const SMALL = {
  name: 'small',
  instruments: [{ symbol: 'ACME', referencePrice: '10.00' }],
  agents: [
    { kind: 'randomFlow', name: 'flow', count: 2, limitRates: [1], marketRate: 0.5, cancelRates: [0.1] },
  ],
};

type Plain = Record<string, unknown>;

/** SMALL with some of its values replaced: of itself, of its instrument, of its group. */
function scenario(top: Plain = {}, instrument: Plain = {}, group: Plain = {}): unknown {
  return {
    ...SMALL,
    instruments: [{ ...SMALL.instruments[0], ...instrument }],
    agents: [{ ...SMALL.agents[0], ...group }],
    ...top,
  };
}

/** The lines of the fault that a scenario raises, without their bullets. */
function problemsOf(value: unknown): string[] {
  try {
    checkScenario(value, 'x.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(TwinError);
    expect((error as TwinError).code).toBe('SCENARIO_CONFIG');
    const [head, ...lines] = (error as TwinError).message.split('\n');
    expect(head).toBe(`x.yaml breaks ${lines.length} rule${lines.length === 1 ? '' : 's'}:`);
    return lines.map((line) => line.replace('  - ', ''));
  }
  return [];
}

describe('a scenario', () => {
  it('gets every default filled in, and is then complete', () => {
    const checked = checkScenario(SMALL, 'x');
    expect(checked).toMatchObject({ seed: 1, days: 1, date: '2026-01-05' });
    expect(hoursOf(checked)).toEqual({ open: '09:30', close: '16:00', timeZone: 'America/New_York' });
    expect(checked.instruments[0]).toMatchObject({ tickSize: '0.01', lotSize: '1', currency: 'USD' });
    expect(checked.agents[0]).toMatchObject({ links: { orderUs: 100, answerUs: 100, feedUs: 100 } });
    expect(checkScenario(checked, 'x')).toEqual(checked);
    expect(checkScenario(JSON.parse(JSON.stringify(checked)), 'x')).toEqual(checked);
  });

  it.each<[string, unknown, string]>([
    ['name', scenario({ name: 'Big Day' }), 'name: 1 to 40 small letters'],
    ['seed', scenario({ seed: -1 }), 'seed: '],
    ['seed too large', scenario({ seed: 2 ** 32 }), '4294967295'],
    ['date', scenario({ date: '2026-02-29' }), 'date: a day of the calendar, found "2026-02-29"'],
    ['open', scenario({ open: '9:30' }), 'open: a time of day as HH:MM or HH:MM:SS, in quotes, found "9:30"'],
    ['close', scenario({ close: '09:30' }), 'close: "09:30" lies after open "09:30"'],
    ['close with seconds', scenario({ close: '09:30:00' }), 'close: "09:30:00" lies after open "09:30"'],
    ['no instruments', scenario({ instruments: [] }), 'instruments: '],
    ['no agents', scenario({ agents: [] }), 'agents: '],
    ['symbol', scenario({}, { symbol: 'A B' }), 'instruments[0].symbol: 1 to 24 letters'],
    [
      'price',
      scenario({}, { referencePrice: -1 }),
      'instruments[0].referencePrice: a decimal number above 0',
    ],
    ['tick', scenario({}, { tickSize: '0' }), 'instruments[0].tickSize: a decimal number above 0'],
    ['rule', scenario({ rules: { replaceQty: 'all' } }), 'rules.replaceQty: '],
    ['count', scenario({}, {}, { count: 1.5 }), 'agents[0].count: '],
    ['rates', scenario({}, {}, { limitRates: [0, 0] }), 'agents[0].limitRates: at least one rate above 0'],
    ['one rate', scenario({}, {}, { cancelRates: [1, -2] }), 'agents[0].cancelRates[1]: '],
    ['lots', scenario({}, {}, { lots: [0] }), 'agents[0].lots[0]: '],
    ['delay', scenario({}, {}, { links: { orderUs: -1 } }), 'agents[0].links.orderUs: '],
    ['kind', scenario({}, {}, { kind: 'magic' }), 'agents[0]'],
    [
      'stranger',
      scenario({}, {}, { instruments: ['ZED'] }),
      'agents[0].instruments[0]: "ZED" is one of ACME',
    ],
    ['nothing', null, '(top level): '],
    ['a list', [], '(top level): '],
  ])('is refused for its %s, with the path and what is allowed', (_, value, problem) => {
    const problems = problemsOf(value);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it.each([
    ['instruments', 'instruments: '],
    ['name', 'name: '],
    ['agents', 'agents: '],
  ])('is refused without %s', (key, problem) => {
    const { [key]: _, ...rest } = SMALL as Plain;
    expect(problemsOf(rest)).toEqual([expect.stringContaining(problem)]);
    expect(problemsOf(rest)[0]).toContain('is missing');
  });

  it('has all its problems listed at once', () => {
    const problems = problemsOf({
      ...(scenario({ seed: 'x', sede: 1 }, { tickSize: 'y' }, { count: 0, links: { feedUS: 1 } }) as Plain),
      open: 930,
    });
    const paths = problems.map((problem) => problem.split(': ')[0]!).sort();
    expect(paths).toEqual([
      'agents[0].count',
      'agents[0].links.feedUS',
      'instruments[0].tickSize',
      'open',
      'sede',
      'seed',
    ]);
  });

  it.each<[string, unknown, string]>([
    ['at the top', scenario({ sede: 1 }), 'sede: is not a key of a scenario; did you mean "seed"?'],
    ['of an instrument', scenario({}, { ticksize: '1' }), 'did you mean "tickSize"?'],
    ['of an agent', scenario({}, {}, { limitRate: [1] }), 'did you mean "limitRates"?'],
    ['of links', scenario({}, {}, { links: { orderMs: 1 } }), 'agents[0].links.orderMs: is not a key'],
    ['of links, near', scenario({}, {}, { links: { orderMs: 1 } }), 'did you mean "orderUs"?'],
    ['of an instrument’s rules', scenario({}, { rules: { replaceQt: 1 } }), 'did you mean "replaceQty"?'],
    ['unlike all', scenario({}, {}, { links: { zzzzzzzz: 1 } }), 'known here: orderUs, answerUs, feedUs'],
  ])('says what an unknown key %s may have meant', (_, value, problem) => {
    expect(problemsOf(value)).toEqual([expect.stringContaining(problem)]);
  });

  it('lists symbols and groups once, with enough agents for the symbols', () => {
    const twice = { ...SMALL, instruments: [...SMALL.instruments, ...SMALL.instruments] };
    expect(problemsOf(twice)).toEqual(['instruments[1].symbol: "ACME" is listed once']);
    const groups = { ...SMALL, agents: [...SMALL.agents, ...SMALL.agents] };
    expect(problemsOf(groups)).toEqual(['agents[1].name: "flow" is used once']);
    const few = {
      ...SMALL,
      instruments: ['A', 'B', 'C'].map((symbol) => ({ symbol, referencePrice: 1 })),
    };
    expect(problemsOf(few)).toEqual(['agents[0].count: 2 is at least the 3 instruments traded']);
  });
});

describe('parseScenario', () => {
  it('reads YAML and JSON alike', () => {
    const yaml = `name: small
instruments: [{ symbol: ACME, referencePrice: 10.00 }]
agents:
  - { kind: randomFlow, name: flow, count: 2, limitRates: [1], marketRate: 0.5, cancelRates: [0.1] }
`;
    const small = checkScenario(SMALL, 'x');
    const read = parseScenario(yaml, 'x');
    expect({ ...read, instruments: [] }).toEqual({ ...small, instruments: [] });
    expect(read.instruments[0]!.referencePrice).toBe('10');
    expect(parseScenario(JSON.stringify(SMALL), 'x')).toEqual(small);
  });

  it('takes small numbers without quotes: a satoshi is a lot size', () => {
    const yaml = JSON.stringify(scenario({}, { lotSize: 0.00000001, minorUnit: 0.0000000001 }));
    const { lotSize, minorUnit } = parseScenario(yaml, 'x').instruments[0]!;
    expect([lotSize, minorUnit]).toEqual(['0.00000001', '0.0000000001']);
  });

  it.each([
    ['an open bracket', 'name: [small'],
    ['a tab', 'name:\n\t- x'],
    ['a key twice', 'name: a\nname: b'],
    ['two documents', 'name: a\n---\nname: b'],
    ['an alias without its anchor', 'name: *nowhere'],
    ['an alias that multiplies', bomb()],
  ])('refuses %s as no YAML, naming the file', (_, text) => {
    expect(() => parseScenario(text, 'day.yaml')).toThrow(
      expect.objectContaining({
        code: 'SCENARIO_CONFIG',
        message: expect.stringMatching(/^a scenario is a YAML document: source=day\.yaml found=./),
      }),
    );
  });

  it('refuses an empty file', () => {
    expect(() => parseScenario('', 'empty.yaml')).toThrow('empty.yaml breaks 1 rule');
  });
});

/** Nine lists of nine aliases each: four hundred million entries if it were unfolded. */
function bomb(): string {
  const lines = ['a0: &a0 [x]'];
  for (let i = 1; i <= 9; i++)
    lines.push(
      `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    );
  return lines.join('\n');
}

describe('planRun', () => {
  it('maps times, links, rules and rates into the world’s units', () => {
    const plan = planRun(
      checkScenario(
        scenario(
          { open: '09:30', close: '09:31:05', seed: 77, rules: { replaceQty: 'open' } },
          { rules: { icebergRefresh: 'roundRobin' } },
          { links: { orderUs: 1.5, answerUs: 0, feedUs: 250 } },
        ),
        'x',
      ),
      ZONE_CLOCK,
    );
    expect(plan.startNs).toBe(34_200e9);
    expect(plan.endNs).toBe(34_265e9);
    expect(plan.spec).toMatchObject({
      seed: 77,
      startNs: 34_200e9,
      dayEndNs: 34_265e9,
    });
    expect(plan.spec.rulesOf).toEqual({
      ACME: { replaceQty: 'open', icebergRefresh: 'roundRobin' },
    });
    expect(plan.spec.groups[0]!.links(0, 0)).toEqual({
      orderDelayNs: 1500,
      answerDelayNs: 0,
      feedDelayNs: 250_000,
    });
    expect(plan.instruments[0]).toMatchObject({ symbol: 'ACME', tickSize: '0.01' });
    const group = plan.spec.groups[0]!.create();
    expect([group.name, group.count]).toEqual(['flow', 2]);
    expect(plan.spec.groups[0]!.create()).not.toBe(group);
  });

  it('runs, with each group on its own symbols, starting at the reference price', () => {
    const instruments = ['ACME', 'BOLT'].map((symbol, i) => ({ symbol, referencePrice: 10 * (i + 1) }));
    const group = { ...SMALL.agents[0], instruments: ['BOLT'], limitRates: [20] };
    const plan = planRun(
      checkScenario({ ...SMALL, instruments, agents: [group], close: '09:31' }, 'x'),
      ZONE_CLOCK,
    );
    const world = new World(plan.spec);
    world.run(plan.endNs);
    expect(world.finish()).toMatch(/^[0-9a-f]{16}$/);
    expect(world.venue.books[0]!.lastTradeTicks).toBeLessThan(0);
    expect(Math.abs(world.venue.books[1]!.lastTradeTicks - 2000)).toBeLessThan(200);
  });

  it.each([
    ['off its tick', { referencePrice: '10.005' }, 'multiple of its step: symbol=ACME'],
    [
      'beyond 32 bits of ticks',
      { referencePrice: '21474836.47' },
      'referencePrice is at most 2147483646 ticks',
    ],
    ['with a minor unit too large', { minorUnit: '1' }, 'whole number of minorUnit'],
  ])('refuses a price %s', (_, instrument, message) => {
    expect(() => planRun(checkScenario(scenario({}, instrument), 'x'), ZONE_CLOCK)).toThrow(
      expect.objectContaining({ code: 'MKT_CONFIG', message: expect.stringContaining(message) }),
    );
  });
});
