import { describe, expect, it } from 'vitest';
import { findParameter, parameterPaths } from './parameter-path.ts';

const SCENARIO = {
  seed: 7,
  name: 'day',
  instruments: [
    { symbol: 'BRK.B', referencePrice: '100.00' },
    { symbol: 'ACME', referencePrice: '20' },
  ],
  agents: [
    { kind: 'randomFlow', name: 'noise', marketRate: 0.9, limitRates: [3, 2], links: { feedUs: 100 } },
    { kind: 'flow', name: 'a flow', model: { path: 'x' } },
  ],
};

describe('findParameter', () => {
  it.each([
    ['agents.noise.marketRate', ['agents', 0, 'marketRate'], 0.9],
    ['agents[0].marketRate', ['agents', 0, 'marketRate'], 0.9],
    ['agents.0.marketRate', ['agents', 0, 'marketRate'], 0.9],
    ['agents.noise.limitRates[1]', ['agents', 0, 'limitRates', 1], 2],
    ['agents.noise.links.feedUs', ['agents', 0, 'links', 'feedUs'], 100],
    ['instruments.BRK.B.referencePrice', ['instruments', 0, 'referencePrice'], 100],
    ['instruments.ACME.referencePrice', ['instruments', 1, 'referencePrice'], 20],
    ['seed', ['seed'], 7],
  ])('%s is a number', (path, keys, value) => {
    expect(findParameter(SCENARIO, path)).toEqual({ kind: 'number', value, keys });
  });

  it('a list of numbers is one target', () => {
    const found = findParameter(SCENARIO, 'agents.noise.limitRates');
    expect(found).toEqual({ kind: 'list', values: [3, 2], keys: ['agents', 0, 'limitRates'] });
  });

  it.each([
    'name',
    'agents',
    'agents.noise',
    'agents.noise.limitRates[2]',
    'agents[7].marketRate',
    'instruments.BRK',
    '',
    'agents.noise.toString',
    'agents.a flow.model.path',
  ])('%j is none', (path) => {
    expect(findParameter(SCENARIO, path).kind).toBe('none');
  });

  it.each([
    ['agents.noise.limitRate', 'agents.noise.limitRates'],
    ['agents.nois.marketRate', 'agents.noise.marketRate'],
    ['marketRate', 'agents.noise.marketRate'],
    ['instruments.ACMF.referencePrice', 'instruments.ACME.referencePrice'],
  ])('%s is near %s', (path, near) => {
    const found = findParameter(SCENARIO, path);
    expect(found).toMatchObject({ kind: 'none', near: expect.arrayContaining([near]) });
    if (found.kind === 'none') expect(found.near[0]).toBe(near);
  });

  it('every path that is listed leads to its numbers', () => {
    const paths = parameterPaths(SCENARIO);
    expect(paths).toEqual([
      'seed',
      'instruments.BRK.B.referencePrice',
      'instruments.ACME.referencePrice',
      'agents.noise.marketRate',
      'agents.noise.limitRates',
      'agents.noise.links.feedUs',
    ]);
    for (const path of paths) expect(findParameter(SCENARIO, path).kind, path).not.toBe('none');
  });
});
