import { describe, expect, it } from 'vitest';
import { explainScript } from '../../../tests/support/explain-script.ts';
import { expectGoldenFile } from '../../../tests/support/golden-file.ts';
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts';
import type { BookRules } from '../../market/index.ts';
import { renderExplanation } from './render-explanation.ts';

const folder = temporaryFolder('explain-text');

/** Whole explanations as people read them. */
const STORIES: readonly { name: string; script: string; orderId: number; rules?: Partial<BookRules> }[] = [
  {
    name: 'An iceberg whose peaks go to the back',
    rules: { icebergRefresh: 'roundRobin' },
    script: `
      buy 4 @ 9999 acct=1
      buy 10 @ 9999 display=4 acct=2
      buy 3 @ 9999 acct=3
      sell 6 @ 9999 ioc acct=4
      + fee 2 trade=2 micro=-2000 acct=2
      reduce 3 1 acct=3
      sell 3 @ 9999 ioc acct=7
      + fee 2 trade=3 micro=-1500000 acct=2
      replace 2 px=9998 acct=2
      buy 2 @ 9998 acct=1
      cancel 2 acct=9
      cancel 2 acct=2`,
    orderId: 2,
  },
  {
    name: 'A stop that is triggered, rests, and is replaced',
    script: `
      buy 1 @ 10000 acct=3
      sell 1 @ 10000 acct=4
      sell 6 stop 9990 @ 9985 stp=4:decrement acct=1
      replace 3 px=9986 acct=1
      buy 2 @ 9990 acct=3
      sell 1 @ 9990 acct=4
      sell 9 @ 9986 acct=2
      replace 3 qty=8 acct=1
      buy 20 @ 9986 fok acct=3
      buy 12 @ 9986 ioc acct=3
      cancel 3 acct=1`,
    orderId: 3,
  },
  {
    name: 'An order through a day with auctions and a halt',
    script: `
      session PRE_OPEN
      place buy 9 @ 100
      hold onOpen sell 4 @ 99 acct=2
      session OPENING_AUCTION
      + auction opening 100 volume=4 left=5:buy
      + cross 1 2 4 @ 100
      session CONTINUOUS
      bands 95 105 luld
      limitState limitStateEntered 105 luld
      sell 2 @ 100 acct=3
      session HALTED interrupt luld
      session VOLATILITY_AUCTION
      auction reopening none nothingExecutable
      session CONTINUOUS resume
      expireDay`,
    orderId: 1,
  },
  {
    name: 'An order behind many',
    script: [
      ...Array.from({ length: 20 }, () => 'buy 1 @ 100 acct=1'),
      'buy 5 @ 100 hidden acct=2',
      ...Array.from({ length: 15 }, () => 'sell 1 @ 100 ioc acct=3'),
      'buy 2 @ 100 acct=4',
      'expireDay',
    ].join('\n'),
    orderId: 21,
  },
];

describe('an explanation as text', () => {
  it('reads as the golden file has it', () => {
    const texts = STORIES.map(({ name, script, orderId, rules }) => {
      return `# ${name}\n\n${renderExplanation(explainScript(folder, script, orderId, rules))}\n`;
    });
    expectGoldenFile('src/runs/explain/explanations.golden.txt', texts.join('\n\n'));
  });

  it('cuts long lists, which the object has in full', () => {
    const { script, orderId } = STORIES[3]!;
    const explanation = explainScript(folder, script, orderId);
    expect(explanation.moves).toHaveLength(16);
    expect(renderExplanation(explanation)).toContain('… 4 more (--json has all)');
  });
});
