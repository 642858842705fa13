/** Small journals, one for each way an order's life can end and each thing that can stand in its way. */

import { describe, expect, it } from 'vitest';
import { explainScript } from '../../../tests/support/explain-script.ts';
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts';
import { type BookRules, cmeAlgorithm } from '../../market/index.ts';
import type { RunContext } from './explain-journal.ts';
import { ENDINGS, type EndingName, OBSTACLES, type ObstacleKind } from './reasons.ts';

const folder = temporaryFolder('outcome');

interface Case {
  readonly name: string;
  readonly script: string;
  readonly orderId: number;
  readonly ending: EndingName;
  readonly obstacle: ObstacleKind | null;
  readonly why: string;
  readonly rules?: Partial<BookRules>;
  readonly context?: Partial<RunContext>;
}

const CASES: readonly Case[] = [
  {
    name: 'a maker whose queue was used up',
    script: `
      buy 5 @ 100 acct=1
      buy 3 @ 100 acct=2
      sell 6 @ 100 ioc acct=3
      sell 2 @ 100 acct=4`,
    orderId: 2,
    ending: 'filled',
    obstacle: null,
    why: 'Filled: 3 lots in 2 trades, the last 2 s after it came.',
  },
  {
    name: 'an order that its owner had reduced before it was filled',
    script: `
      buy 5 @ 100 acct=1
      reduce 1 3 acct=1
      sell 2 @ 100 acct=2`,
    orderId: 1,
    ending: 'filled',
    obstacle: null,
    why: 'Filled: 2 lots in one trade 2 s after it came; 3 lots had been taken off before.',
  },
  {
    name: 'a post-only order that would take',
    script: `
      sell 5 @ 100 acct=1
      buy 5 @ 100 post acct=2`,
    orderId: 2,
    ending: 'rejected',
    obstacle: null,
    why: 'Rejected: a post-only order must not lock or cross displayed interest.',
  },
  {
    name: 'an order whose owner did not wait for the queue ahead',
    script: `
      buy 5 @ 100 acct=1
      buy 7 @ 100 acct=2
      buy 3 @ 100 acct=3
      sell 6 @ 100 ioc acct=4
      cancel 1 acct=1
      cancel 3 acct=3`,
    orderId: 3,
    ending: 'cancelledByOwner',
    obstacle: 'queueAhead',
    why: 'Cancelled by its owner 3 s after it came, 3 of 3 lots unfilled, 6 lots in 1 order still ahead. Its price was reached, but the queue ahead was not used up: 6 lots traded at its price meanwhile.',
  },
  {
    name: 'an order that the venue cancelled behind the best price',
    script: `
      sell 5 @ 103 acct=1
      buy 5 @ 99 acct=2
      buy 1 @ 101 acct=3
      sell 1 @ 101 acct=4
      cancel 2`,
    orderId: 2,
    ending: 'cancelled',
    obstacle: 'priceNeverReached',
    why: 'Cancelled (the journal names no owner who asked) 3 s after it came, 5 of 5 lots unfilled, nothing ahead of it at its price. Its price 0.99 was never reached: the best ask it faced was 1.03, 4 ticks away; the nearest trade on its side was at 1.01.',
  },
  {
    name: 'an order in an empty market',
    script: `
      buy 5 @ 99 acct=2
      massCancel 2`,
    orderId: 1,
    ending: 'massCancel',
    obstacle: 'priceNeverReached',
    why: 'Cancelled by a mass cancel 1 s after it came, 5 of 5 lots unfilled, nothing ahead of it at its price. Its price 0.99 was never reached: it faced no ask.',
  },
  {
    name: 'an immediate order that took what there was',
    script: `
      sell 5 @ 100 display=2 acct=1
      sell 4 @ 101 hidden acct=1
      sell 9 @ 102 acct=1
      buy 20 @ 101 ioc acct=2`,
    orderId: 4,
    ending: 'iocRemainder',
    obstacle: 'notEnoughLiquidity',
    why: 'Cancelled as immediate or cancel as soon as it came, 11 of 20 lots unfilled. At 1.01 or better stood 2 lots displayed and 7 not displayed when it came; it could take 9 and needed 20.',
  },
  {
    name: 'a fill-or-kill order that met its own group on the way',
    script: `
      sell 5 @ 100 acct=1
      sell 5 @ 100 stp=1 acct=2
      sell 5 @ 100 acct=1
      buy 12 @ 100 fok stp=1:cancelOldest acct=2`,
    orderId: 4,
    ending: 'fokUnfilled',
    obstacle: 'notEnoughLiquidity',
    why: 'Cancelled as fill or kill as soon as it came, 12 of 12 lots unfilled. At 1.00 or better stood 15 lots displayed when it came; it could take 10 and needed 12.',
  },
  {
    name: 'an immediate order that wanted more at once',
    script: `
      sell 5 @ 100 acct=1
      buy 12 @ 100 ioc min=6 acct=2`,
    orderId: 2,
    ending: 'minQtyUnfilled',
    obstacle: 'notEnoughLiquidity',
    why: 'Cancelled for its minimum quantity as soon as it came, 12 of 12 lots unfilled. At 1.00 or better stood 5 lots displayed when it came; it could take 5 and needed 12, at least 6 at once.',
  },
  {
    name: 'a stop that was triggered into a book that had too little',
    script: `
      sell 2 stop 99 acct=3
      buy 1 @ 99 acct=1
      buy 1 @ 98 acct=1
      sell 1 @ 99 acct=2`,
    orderId: 1,
    ending: 'noLiquidity',
    obstacle: 'notEnoughLiquidity',
    why: 'Cancelled for want of orders on the other side 3 s after it came, 1 of 2 lots unfilled. On the other side stood 1 lot displayed when it came; it could take 1 and needed 2.',
  },
  {
    name: 'an incoming order of its own group',
    script: `
      sell 5 @ 100 stp=7 acct=1
      buy 5 @ 100 stp=7:cancelNewest acct=1`,
    orderId: 2,
    ending: 'selfTrade',
    obstacle: 'selfTrade',
    why: 'Cancelled by self-trade prevention as soon as it came, 5 of 5 lots unfilled. It met order 1 of its own group.',
  },
  {
    name: 'a resting order that one of its own group met',
    script: `
      sell 5 @ 100 stp=7 acct=1
      buy 5 @ 100 stp=7:cancelOldest acct=1`,
    orderId: 1,
    ending: 'selfTrade',
    obstacle: 'selfTrade',
    why: 'Cancelled by self-trade prevention 1 s after it came, 5 of 5 lots unfilled, nothing ahead of it at its price. It met order 2 of its own group.',
  },
  {
    name: 'a smallest-first meeting that spares the resting order',
    script: `
      sell 1 @ 100 stp=7 acct=1
      sell 9 @ 100 stp=7 acct=1
      buy 5 @ 100 stp=7:cancelSmallest acct=1`,
    orderId: 3,
    ending: 'selfTrade',
    obstacle: 'selfTrade',
    why: 'Cancelled by self-trade prevention as soon as it came, 5 of 5 lots unfilled. It met order 2 of its own group.',
  },
  {
    name: 'a replace to what is filled already',
    script: `
      buy 5 @ 100 acct=1
      sell 3 @ 100 acct=2
      replace 1 qty=3 acct=1`,
    orderId: 1,
    ending: 'replacedBelowFilled',
    obstacle: 'frontOfQueue',
    why: 'Ended by its owner, who replaced it to a total that was filled already, 2 s after it came, 2 of 5 lots unfilled, nothing ahead of it at its price. Its price was reached and nothing stood ahead, but no more came: 3 lots traded at its price while it stood there.',
  },
  {
    name: 'an on-close order beyond the closing price',
    script: `
      session CONTINUOUS
      hold onClose buy 5 @ 100 acct=1
      hold onClose sell 5 @ 100 acct=2
      session CLOSING_AUCTION
      + auction closing 101 volume=50 left=10:buy
      + drop 1 auctionOver`,
    orderId: 1,
    ending: 'auctionOver',
    obstacle: 'beyondClearingPrice',
    why: 'Cancelled when its auction was over 2 s after it came, 5 of 5 lots unfilled. The closing auction traded at 1.01, beyond its limit 1.00.',
  },
  {
    name: 'an on-open order that the auction had too little for',
    script: `
      session PRE_OPEN
      hold onOpen buy market 5 acct=1
      hold onOpen sell 3 @ 100 acct=2
      + auction opening 100 volume=3 left=2:buy
      + cross 1 2 3 @ 100
      + drop 1 auctionOver`,
    orderId: 1,
    ending: 'auctionOver',
    obstacle: 'auctionImbalance',
    why: 'Cancelled when its auction was over 1 s after it came, 2 of 5 lots unfilled. The opening auction traded 3 lots at 1.00 and left 2 lots to buy.',
  },
  {
    name: 'an on-open order whose auction had no price',
    script: `
      session PRE_OPEN
      hold onOpen buy 5 @ 100 acct=1
      auction opening none noInterest
      + drop 1 auctionOver`,
    orderId: 1,
    ending: 'auctionOver',
    obstacle: 'noAuctionPrice',
    why: 'Cancelled when its auction was over 1 s after it came, 5 of 5 lots unfilled. The opening auction found no price (no interest).',
  },
  {
    name: 'an on-close order without a close',
    script: `
      session CONTINUOUS
      hold onClose buy 5 @ 100 acct=1
      session HALTED halt regulatory
      drop 1 auctionMissed`,
    orderId: 1,
    ending: 'auctionMissed',
    obstacle: 'noAuction',
    why: 'Cancelled when its auction did not take place 2 s after it came, 5 of 5 lots unfilled. It was held for an auction that did not come while it lived.',
  },
  {
    name: 'an order outside of new bands',
    script: `
      session CONTINUOUS
      bands 90 110 luld
      buy 5 @ 91 acct=1
      bands 95 none luld
      + drop 1 outsideBands`,
    orderId: 1,
    ending: 'outsideBands',
    obstacle: 'outsideBands',
    why: 'Cancelled outside of the price bands 1 s after it came, 5 of 5 lots unfilled, nothing ahead of it at its price. The price bands were from 0.95 up.',
  },
  {
    name: 'an order whose owner was cut off in a halt',
    script: `
      session HALTED halt luld
      buy 5 @ 100 acct=1
      drop 1 disconnected`,
    orderId: 1,
    ending: 'disconnected',
    obstacle: 'halted',
    why: 'Cancelled when the connection of its owner broke 1 s after it came, 5 of 5 lots unfilled, nothing ahead of it at its price. Nothing matched while it lived: the session was HALTED since 00:00:01.',
  },
  {
    name: 'an order cancelled in a halt that is long over when the journal ends',
    script: `
      session HALTED halt luld
      buy 5 @ 100 acct=1
      cancel 1 acct=1
      session CONTINUOUS resume luld
      session CLOSED schedule`,
    orderId: 1,
    ending: 'cancelledByOwner',
    obstacle: 'halted',
    why: 'Cancelled by its owner 1 s after it came, 5 of 5 lots unfilled, nothing ahead of it at its price. Nothing matched while it lived: the session was HALTED since 00:00:01.',
  },
  {
    name: 'a market order that better quotes elsewhere kept from what stood here',
    script: `
      sell 2 @ 101 acct=1
      sell 5 @ 102 acct=2
      bounded 101 buy 6 market acct=3`,
    orderId: 3,
    ending: 'iocRemainder',
    obstacle: 'notEnoughLiquidity',
    why: 'Cancelled as immediate or cancel as soon as it came, 4 of 6 lots unfilled. At 1.01 or better stood 2 lots displayed when it came; it could take 2 and needed 6.',
  },
  {
    name: 'a peg without a quote to follow, through an auction in which it took no part',
    script: `
      session CONTINUOUS
      managed sell 5 @ none acct=1
      session CLOSING_CALL
      auction closing 100 volume=5 left=10:sell
      session CLOSED`,
    orderId: 1,
    ending: 'openAtEnd',
    obstacle: null,
    why: 'Still open at the end of the run 3 s after it came, 5 of 5 lots unfilled.',
  },
  {
    name: 'an order of a halt that the end of the day expired',
    script: `
      session HALTED halt luld
      buy 5 @ 100 day acct=1
      session CLOSING_AUCTION frozen
      + session CLOSED schedule
      + expireDay`,
    orderId: 1,
    ending: 'expiredAtDayEnd',
    obstacle: 'halted',
    why: 'Expired at the end of its day 1 s after it came, 5 of 5 lots unfilled, nothing ahead of it at its price. Nothing matched while it lived: the session was HALTED since 00:00:01.',
  },
  {
    name: 'an order outside of bands that were lifted later',
    script: `
      session CONTINUOUS
      bands 90 110 luld
      buy 5 @ 91 acct=1
      bands 95 none luld
      + drop 1 outsideBands
      bands -2147483646 2147483646 luld`,
    orderId: 1,
    ending: 'outsideBands',
    obstacle: 'outsideBands',
    why: 'Cancelled outside of the price bands 1 s after it came, 5 of 5 lots unfilled, nothing ahead of it at its price. The price bands were from 0.95 up.',
  },
  {
    name: 'a stop of a pair whose other order was filled',
    script: `
      buy 1 @ 100 acct=2
      sell 1 @ 100 acct=3
      buy 5 stop 105 acct=1
      buy 1 @ 103 acct=2
      sell 1 @ 103 acct=3
      buy 1 @ 101 acct=2
      sell 1 @ 101 acct=3
      drop 3 linkedOrder`,
    orderId: 3,
    ending: 'linkedOrder',
    obstacle: 'neverTriggered',
    why: 'Cancelled by the end of a linked order 5 s after it came, 5 of 5 lots unfilled. Its stop price 1.05 was never reached: the nearest trade was at 1.03, 2 ticks away.',
  },
  {
    name: 'an order that carried a peg whose quote went',
    script: `
      buy 1 @ 101 acct=2
      sell 1 @ 101 acct=3
      buy 5 @ 100 acct=1
      drop 3 parked`,
    orderId: 3,
    ending: 'parked',
    obstacle: 'priceNeverReached',
    why: 'Taken out of the book by the venue, for a managed order that waits outside, 1 s after it came, 5 of 5 lots unfilled, nothing ahead of it at its price. Its price 1.00 was never reached: it faced no ask.',
  },
  {
    name: 'an order that stood for one that its venue routes',
    script: `
      place buy 5 @ 100
      drop 1 routed`,
    orderId: 1,
    ending: 'routed',
    obstacle: 'priceNeverReached',
    why: 'Sent on to better quotes at other venues 1 s after it came, 5 of 5 lots unfilled, nothing ahead of it at its price. Its price 1.00 was never reached: it faced no ask.',
  },
  {
    name: 'an order that came back from another venue when nothing was taken any more',
    script: `
      buy 5 @ 100 acct=1
      drop 1 returnRefused`,
    orderId: 1,
    ending: 'returnRefused',
    obstacle: 'priceNeverReached',
    why: 'Cancelled when the venue did not take back what had returned from other venues 1 s after it came, 5 of 5 lots unfilled, nothing ahead of it at its price. Its price 1.00 was never reached: it faced no ask.',
  },
  {
    name: 'a quote of an account that had traded too much',
    script: `
      buy 1 @ 101 acct=2
      sell 1 @ 101 acct=3
      buy 5 @ 100 acct=1
      drop 3 quoteProtection`,
    orderId: 3,
    ending: 'quoteProtection',
    obstacle: 'priceNeverReached',
    why: 'Pulled by market maker protection 1 s after it came, 5 of 5 lots unfilled, nothing ahead of it at its price. Its price 1.00 was never reached: it faced no ask.',
  },
  {
    name: 'an order that a reverse split ended',
    script: `
      buy 5 @ 100 acct=1
      drop 1 corporateAction`,
    orderId: 1,
    ending: 'corporateAction',
    obstacle: 'priceNeverReached',
    why: 'Cancelled by a corporate action 1 s after it came, 5 of 5 lots unfilled, nothing ahead of it at its price. Its price 1.00 was never reached: it faced no ask.',
  },
  {
    name: 'an order in an option whose last day was over',
    script: `
      buy 5 @ 100 acct=1
      drop 1 contractExpired`,
    orderId: 1,
    ending: 'contractExpired',
    obstacle: 'priceNeverReached',
    why: 'Cancelled when its contract expired 1 s after it came, 5 of 5 lots unfilled, nothing ahead of it at its price. Its price 1.00 was never reached: it faced no ask.',
  },
  {
    name: 'a stop without any trade',
    script: `
      buy 5 stop 105 day acct=1
      expireDay`,
    orderId: 1,
    ending: 'expiredAtDayEnd',
    obstacle: 'neverTriggered',
    why: 'Expired at the end of its day 1 s after it came, 5 of 5 lots unfilled. Its stop price 1.05 was never reached: nothing traded.',
  },
  {
    name: 'an order that was good until a time',
    script: `
      buy 5 @ 100 gtd until=3 acct=1
      sell 5 @ 101 acct=2
      expire 1`,
    orderId: 1,
    ending: 'expiredAtItsTime',
    obstacle: 'priceNeverReached',
    why: 'Expired at its time 2 s after it came, 5 of 5 lots unfilled, nothing ahead of it at its price. Its price 1.00 was never reached: the best ask it faced was 1.01, 1 tick away.',
  },
  {
    name: 'a recorded order at the front',
    script: `
      place buy 5 @ 100
      sell 2 @ 100 acct=2
      expire 1`,
    orderId: 1,
    ending: 'expired',
    obstacle: 'frontOfQueue',
    why: 'Expired 2 s after it came, 3 of 5 lots unfilled, nothing ahead of it at its price. Its price was reached and nothing stood ahead, but no more came: 2 lots traded at its price while it stood there.',
    context: { kind: 'replay' },
  },
  {
    name: 'an order that was open when the run ended',
    script: `
      buy 5 @ 100 acct=1
      buy 5 @ 100 acct=2
      sell 1 @ 100 acct=3`,
    orderId: 2,
    ending: 'openAtEnd',
    obstacle: 'queueAhead',
    why: 'Still open at the end of the run 1 s after it came, 5 of 5 lots unfilled, 4 lots in 1 order still ahead. Its price was reached, but the queue ahead was not used up: 1 lot traded at its price meanwhile.',
  },
  {
    name: 'an order of a run that was stopped',
    script: 'buy 5 @ 100 acct=1',
    orderId: 1,
    ending: 'journalEnds',
    obstacle: 'priceNeverReached',
    why: 'Open where the journal ends before its run 0 s after it came, 5 of 5 lots unfilled, nothing ahead of it at its price. Its price 1.00 was never reached: it faced no ask.',
    context: { status: 'interrupted' },
  },
  {
    name: 'a hidden order with a minimum that nobody met',
    script: `
      buy 5 @ 100 hidden min=4 acct=1
      buy 5 @ 100 acct=2
      buy 5 @ 99 acct=2
      sell 6 @ 99 ioc acct=3
      sell 2 @ 99 ioc acct=3`,
    orderId: 1,
    ending: 'openAtEnd',
    obstacle: 'minQtyNotMet',
    why: 'Still open at the end of the run 4 s after it came, 5 of 5 lots unfilled, nothing ahead of it at its price. Incoming orders had less than its minimum quantity of 4 lots: 2 trades passed it over.',
  },
  {
    name: 'a hidden order behind what is displayed later',
    script: `
      buy 5 @ 100 hidden acct=1
      buy 5 @ 100 acct=2
      sell 5 @ 100 acct=3
      buy 4 @ 100 acct=4
      cancel 1 acct=1`,
    orderId: 1,
    ending: 'cancelledByOwner',
    obstacle: 'queueAhead',
    why: 'Cancelled by its owner 4 s after it came, 5 of 5 lots unfilled, 4 lots in 1 order still ahead. Its price was reached, but the queue ahead was not used up: 5 lots traded at its price meanwhile.',
  },
  {
    name: 'a small order in a book that shares by size',
    script: `
      buy 90 @ 100 acct=1
      buy 1 @ 100 acct=2
      buy 90 @ 100 acct=3
      sell 10 @ 100 acct=4
      cancel 2 acct=2`,
    orderId: 2,
    ending: 'cancelledByOwner',
    obstacle: 'shared',
    why: 'Cancelled by its owner 3 s after it came, 1 of 1 lot unfilled, 84 lots in 1 order still ahead. Its price traded 10 lots while it stood there, and the rule of allocation gave them to others.',
    rules: { allocation: cmeAlgorithm({ code: 'C', proRataMinLots: 1 }, 'test') },
  },
  {
    name: 'an order that a call left behind',
    script: `
      session PRE_OPEN
      place buy 5 @ 100
      auction opening 101 volume=9 left=3:sell
      expire 1`,
    orderId: 1,
    ending: 'expired',
    obstacle: 'beyondClearingPrice',
    why: 'Expired 2 s after it came, 5 of 5 lots unfilled, nothing ahead of it at its price. The opening auction traded at 1.01, beyond its limit 1.00.',
  },
];

describe('why an order was not filled', () => {
  it.each(CASES)('$name', ({ script, orderId, ending, obstacle, why, rules, context }) => {
    const { outcome, lots, why: found } = explainScript(folder, script, orderId, rules, context);
    expect(found).toBe(why);
    expect({ ending: outcome.ending, obstacle: outcome.obstacle?.kind ?? null }).toEqual({
      ending,
      obstacle,
    });
    const { sent, changedByReplace, filled, cancelled, expired, rejected, open } = lots;
    expect(filled + cancelled + expired + rejected + open).toBe(sent + changedByReplace);
  });

  it('has a case for every ending and every obstacle', () => {
    // The order that nobody answered is in a torn journal, below.
    const endings = new Set<string>([...CASES.map(({ ending }) => ending), 'unanswered']);
    expect([...endings].sort()).toEqual(Object.keys(ENDINGS).sort());
    const obstacles = new Set(CASES.flatMap(({ obstacle }) => obstacle ?? []));
    expect([...obstacles].sort()).toEqual(Object.keys(OBSTACLES).sort());
  });
});

describe('what an order can take', () => {
  it('is lessened once by an iceberg of its own group, which stands in both queues', () => {
    const script = `
      sell 5 @ 100 display=2 stp=1 acct=2
      sell 3 @ 100 acct=1
      sell 10 @ 100 hidden acct=1
      buy 12 @ 100 ioc stp=1:decrement acct=2`;
    const { entries, lots, outcome } = explainScript(folder, script, 4);
    expect(entries).toMatchObject([{ fillableLots: 7, displayedLots: 5, hiddenLots: 13, neededLots: 12 }]);
    expect(lots).toMatchObject({ filled: 7, cancelled: 5 });
    expect(outcome.status).toBe('filled');
  });
});
