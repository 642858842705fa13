import { describe, expect, it } from 'vitest';
import { AUCTION_PRESETS, auctionPreset } from '../../../tests/support/auction-presets.ts';
import { auctionConfigProblems, checkAuctionConfig } from './auction-config.ts';

describe('auction rules of a venue', () => {
  it('there are dated presets for all venues with auctions, each with its source', () => {
    expect(AUCTION_PRESETS).toEqual(['cme', 'lse', 'nasdaq', 'nyse', 'nyse-arca', 'xetra']);
    for (const name of AUCTION_PRESETS) {
      const preset = auctionPreset(name);
      expect(preset.name).toBe(name);
      expect(preset.source).toMatch(/market-rules §/);
    }
  });

  it('tells every problem at once, with its path and the allowed values', () => {
    const sound = auctionPreset('nasdaq');
    const problems = auctionConfigProblems(
      {
        ...sound,
        validFrom: '2026-02-30',
        price: {
          cross: {
            ...sound.price.cross,
            candidates: 'ticks',
            steps: [
              { step: 'maxVolumes' },
              { step: 'closestToReference' },
              { step: 'insideQuote', outside: 'best', x: 1 },
              3,
            ],
          },
          other: { ...sound.price.cross, steps: [] },
          third: { ...sound.price.cross, range: 'quote', candidates: 'limits' },
        },
        allocation: { ...sound.allocation, atPrice: ['displayed', 'displayed'], displayedBy: 'luck' },
        widths: { one: { bps: -1, minPrice: 'x' } },
        noii: { farIncludesImbalanceOnly: 1 },
        extensions: { closing: {} },
        interruption: { dynamicBps: 200, factorPercent: 50 },
        colour: 'red',
      },
      'venue.auctions',
    );
    const paths = problems.map((problem) => problem.slice(0, problem.indexOf(':')));
    expect(paths).toEqual(
      expect.arrayContaining(
        [
          'validFrom',
          'price.cross.candidates',
          'price.cross.steps[0].step',
          'price.cross.steps[1].equidistant',
          'price.cross.steps[2].x',
          'price.cross.steps[3]',
          'price.other.steps',
          'price.third.candidates',
          'allocation.atPrice',
          'allocation.displayedBy',
          'widths.one.bps',
          'widths.one.minPrice',
          'noii.farIncludesImbalanceOnly',
          'extensions.closing.toleranceBps',
          'interruption.factorPercent',
          'colour',
        ].map((path) => `venue.auctions.${path}`),
      ),
    );
    expect(problems.find((problem) => problem.includes('steps[0].step'))).toContain(
      'maxVolume, minImbalance',
    );
  });

  it('needs a rule for crosses, and an object', () => {
    const { price, ...rest } = auctionPreset('nasdaq');
    expect(() => checkAuctionConfig({ ...rest, price: { halt: price.halt } })).toThrow(
      'auctions.price.cross',
    );
    for (const value of [null, 3, 'x', []]) expect(() => checkAuctionConfig(value)).toThrow('is an object');
    expect(() => checkAuctionConfig({})).toThrow('auctions.allocation');
  });
});
