/** Vectors of market-rules §2.9 and T1.15-c against the presets of configs/venues/sessions. */

import { describe, expect, it } from 'vitest';
import {
  BUY,
  REJECT_CANCEL_TOO_LATE,
  REJECT_ENTRY_TOO_LATE,
  REJECT_ERROR_ONLY,
  REJECT_EXPIRE_TIME_PAST,
  REJECT_NO_CANCEL_PERIOD,
  REJECT_NO_IMBALANCE,
  REJECT_NOT_IN_STATE,
  SELL,
} from '../../src/domain/index.ts';
import {
  ANSWER_NAMES,
  createVenue,
  FIX_REASONS,
  gtdExpiryNs,
  HALT_INSTRUMENT,
  HALTED,
  type InstructionName,
  instructionOf,
  PLAIN_FACTS,
  repriceLateOnClose,
  restAfterAuction,
  SESSION_STATE_NAMES,
  type SessionMachine,
  VOLATILITY_AUCTION,
} from '../../src/market/index.ts';
import { PresetSession } from '../support/session-presets.ts';

const TUESDAY = '2026-03-10';
const answer = (machine: SessionMachine, name: InstructionName): string =>
  ANSWER_NAMES[machine.answerTo(instructionOf(name))]!;
const code = (machine: SessionMachine, name: InstructionName): number => machine.check(instructionOf(name));
const stateName = (machine: SessionMachine): string => SESSION_STATE_NAMES[machine.state]!;

describe('vectors of session transitions', () => {
  it('T2.9-a: CME takes entry and cancel before the opening, and in its no-cancel period entry only', () => {
    const session = new PresetSession('cme', TUESDAY);
    const preOpen = session.to('2026-03-09', '16:45');
    expect(stateName(preOpen)).toBe('PRE_OPEN');
    expect(answer(preOpen, 'limitDay')).toBe('rest');
    expect(code(preOpen, 'cancelDay')).toBe(0);
    const noCancel = session.to('2026-03-09', '16:59:30');
    expect(stateName(noCancel)).toBe('NO_CANCEL');
    expect(code(noCancel, 'cancelDay')).toBe(REJECT_NO_CANCEL_PERIOD);
    expect(code(noCancel, 'replaceGtc')).toBe(REJECT_NO_CANCEL_PERIOD);
    expect(FIX_REASONS[REJECT_NO_CANCEL_PERIOD]!.tag).toBe(102);
    expect(answer(noCancel, 'limitDay')).toBe('rest');
    session.to('2026-03-09', '17:00');
    expect(session.of('uncross').map(({ auction }) => auction)).toEqual(['opening']);
    expect(code(session.machine, 'cancelDay')).toBe(0);
  });

  it('T2.9-b: Nasdaq takes MOO at 09:27:59.999 and refuses it as too late at 09:28:00.000', () => {
    const session = new PresetSession('nasdaq', TUESDAY);
    expect(answer(session.to(TUESDAY, '09:27:59.999'), 'moo')).toBe('hold');
    expect(answer(session.machine, 'market')).toBe('hold');
    expect(code(session.to(TUESDAY, '09:28:00.000'), 'moo')).toBe(REJECT_ENTRY_TOO_LATE);
    expect(FIX_REASONS[REJECT_ENTRY_TOO_LATE]).toEqual({ tag: 103, value: 4 });
    expect(answer(session.machine, 'market')).toBe('afterAuction');
  });

  it('T2.9-c: Nasdaq re-prices a late LOC at 15:56 and refuses it at 15:58:00', () => {
    const session = new PresetSession('nasdaq', TUESDAY);
    expect(answer(session.to(TUESDAY, '15:54:59.999'), 'loc')).toBe('hold');
    expect(answer(session.to(TUESDAY, '15:56'), 'loc')).toBe('reprice');
    expect(code(session.machine, 'loc')).toBe(0);
    // The vector does not say which of two reference prices counts (§15, point 11): with one it makes no difference.
    for (const bound of ['moreAggressive', 'lessAggressive'] as const) {
      expect(repriceLateOnClose(BUY, 5_010, [5_004], bound)).toBe(5_004);
      expect(repriceLateOnClose(SELL, 4_990, [5_004], bound)).toBe(5_004);
      expect(repriceLateOnClose(BUY, 5_000, [5_004], bound)).toBe(5_000);
    }
    expect(answer(session.to(TUESDAY, '15:57:59.999999999'), 'loc')).toBe('reprice');
    expect(code(session.to(TUESDAY, '15:58:00'), 'loc')).toBe(REJECT_ENTRY_TOO_LATE);
    expect(answer(session.machine, 'imbalanceOnlyClose')).toBe('hold');
  });

  it('T2.9-d: NYSE takes a LOC to buy at 15:52 against a published imbalance to sell only', () => {
    const session = new PresetSession('nyse', TUESDAY);
    const machine = session.to(TUESDAY, '15:52');
    const late = (imbalanceSide: typeof BUY | typeof SELL | null): number =>
      machine.check(instructionOf('loc'), { side: BUY, imbalanceSide, isErrorCorrection: false });
    expect(late(null)).toBe(REJECT_NO_IMBALANCE);
    expect(late(BUY)).toBe(REJECT_NO_IMBALANCE);
    expect(late(SELL)).toBe(0);
    expect(answer(machine, 'closingOffset')).toBe('hold');
    expect(code(machine, 'cancelOnClose')).toBe(REJECT_ERROR_ONLY);
    expect(machine.check(instructionOf('cancelOnClose'), { ...PLAIN_FACTS, isErrorCorrection: true })).toBe(
      0,
    );
    expect(code(session.to(TUESDAY, '15:58'), 'cancelOnClose')).toBe(REJECT_CANCEL_TOO_LATE);
  });

  it('T2.9-e: Xetra refuses IOC and FOK in a volatility call and takes them in continuous trading', () => {
    const session = new PresetSession('xetra', TUESDAY);
    const machine = session.to(TUESDAY, '10:00');
    expect(code(machine, 'ioc')).toBe(0);
    const request = {
      rule: 'xetra',
      phase: 'auctionCall',
      scope: 'instrument',
      untilNs: session.at(TUESDAY, '10:02'),
      randomNsMax: 30e9,
    } as const;
    expect(machine.interrupt(session.at(TUESDAY, '10:00'), request, session.actions)).toBe(true);
    expect(machine.state).toBe(VOLATILITY_AUCTION);
    expect(code(machine, 'ioc')).toBe(REJECT_NOT_IN_STATE);
    expect(code(machine, 'fok')).toBe(REJECT_NOT_IN_STATE);
    expect(FIX_REASONS[REJECT_NOT_IN_STATE]).toEqual({ tag: 103, value: 99 });
    session.to(TUESDAY, '10:02:30', 0.5);
    expect(session.of('uncross').at(-1)).toEqual({
      kind: 'uncross',
      timeNs: session.at(TUESDAY, '10:02:15'),
      auction: 'reopening',
    });
    expect(code(machine, 'ioc')).toBe(0);
  });

  it('T2.9-f: at Close-Final DAY orders expire and GTC orders stay', () => {
    const session = new PresetSession('cme', TUESDAY, '2026-03-11');
    const venue = createVenue({
      instruments: [{ symbol: 'ES', tickSize: '0.25', lotSize: '1', currency: 'USD', minorUnit: '0.01' }],
    });
    venue.submit({ symbol: 'ES', side: 'buy', price: '5000', qty: '1' });
    venue.submit({ symbol: 'ES', side: 'buy', price: '5000', qty: '2', timeInForce: 'gtc' });
    session.to(TUESDAY, '15:59:59.999');
    expect(session.of('dayExpired')).toEqual([]);
    const machine = session.to(TUESDAY, '16:00');
    expect(session.of('dayExpired')).toEqual([
      { kind: 'dayExpired', timeNs: session.at(TUESDAY, '16:00'), tradingDay: TUESDAY },
    ]);
    expect(venue.endDay().filter(({ kind }) => kind === 'expired')).toHaveLength(1);
    expect(venue.depth('ES', 'buy')).toMatchObject([{ qty: '2' }]);
    // Post-Close: only what lives beyond the day is entered, modified and cancelled.
    expect(stateName(machine)).toBe('POST_TRADE');
    expect(answer(machine, 'limitGtc')).toBe('rest');
    expect(code(machine, 'cancelGtc')).toBe(0);
    expect(code(machine, 'replaceGtc')).toBe(0);
    expect(code(machine, 'limitDay')).toBeGreaterThan(0);
    session.to('2026-03-11', '16:00');
    expect(session.of('dayExpired')).toHaveLength(2);
  });

  it('T2.9-g: the cross takes OPG, and leaves market DAY orders by the rule of the venue', () => {
    const session = new PresetSession('nasdaq', TUESDAY);
    session.advance(session.at(TUESDAY, '09:30'), { stopAtUncross: true });
    expect(session.machine.pendingAuction).toBe('opening');
    expect(stateName(session.machine)).toBe('OPENING_AUCTION');
    expect(code(session.machine, 'limitDay')).toBe(REJECT_NOT_IN_STATE);
    expect(code(session.machine, 'cancelDay')).toBe(REJECT_NO_CANCEL_PERIOD);
    expect(restAfterAuction(instructionOf('loo'), 'opening', 'continuous')).toBe('cancel');
    expect(restAfterAuction(instructionOf('market'), 'opening', 'continuous')).toBe('continue');
    expect(restAfterAuction(instructionOf('market'), 'opening', 'cancel')).toBe('cancel');
    const machine = session.to(TUESDAY, '09:30');
    expect(stateName(machine)).toBe('CONTINUOUS');
    expect(code(machine, 'loo')).toBe(REJECT_ENTRY_TOO_LATE);
    expect(answer(machine, 'market')).toBe('enter');
  });

  it('T2.9-h: during a LULD pause limits are collected for the halt cross and IOC is refused', () => {
    const session = new PresetSession('nasdaq', TUESDAY);
    const machine = session.to(TUESDAY, '11:00');
    const request = {
      rule: 'luld',
      phase: 'pause',
      scope: 'instrument',
      untilNs: session.at(TUESDAY, '11:05'),
      randomNsMax: 0,
    } as const;
    expect(machine.interrupt(session.at(TUESDAY, '11:00'), request, session.actions)).toBe(true);
    expect(machine.state).toBe(HALTED);
    expect(answer(machine, 'limitDay')).toBe('rest');
    expect(answer(machine, 'market')).toBe('rest');
    expect(code(machine, 'cancelDay')).toBe(0);
    expect(code(machine, 'ioc')).toBe(REJECT_NOT_IN_STATE);
    session.to(TUESDAY, '11:05');
    expect(session.of('uncross').at(-1)!.auction).toBe('reopening');
    expect(stateName(machine)).toBe('CONTINUOUS');
  });

  it('T1.15-c: an order good till 2026-03-31 is refused on 2026-04-01', () => {
    const session = new PresetSession('nyse', '2026-03-30', '2026-04-02');
    const now = session.at('2026-04-01', '10:00');
    const refusal = (date: string): number =>
      gtdExpiryNs(session.machine.days, date) > now ? 0 : REJECT_EXPIRE_TIME_PAST;
    expect(refusal('2026-03-31')).toBe(REJECT_EXPIRE_TIME_PAST);
    expect(refusal('2026-04-01')).toBe(0);
    expect(gtdExpiryNs(session.machine.days, '2026-04-01')).toBe(session.at('2026-04-01', '16:00'));
    // Good Friday and the weekend: the last trading day before counts; what lies beyond the days known never expires here.
    expect(gtdExpiryNs(session.machine.days, '2026-03-29')).toBe(Number.NEGATIVE_INFINITY);
    expect(gtdExpiryNs(session.machine.days, '2026-04-05')).toBe(Number.POSITIVE_INFINITY);
  });

  it('a cutoff holds during a halt too, and a halt takes nothing that the schedule refuses', () => {
    const session = new PresetSession('nasdaq', TUESDAY);
    const machine = session.to(TUESDAY, '15:54');
    machine.halt(session.at(TUESDAY, '15:54'), HALT_INSTRUMENT, 'T1', session.actions);
    expect(answer(machine, 'moc')).toBe('hold');
    session.to(TUESDAY, '15:56');
    expect(code(machine, 'moc')).toBe(REJECT_ENTRY_TOO_LATE);
    expect(answer(machine, 'loc')).toBe('reprice');
    expect(code(machine, 'cancelOnClose')).toBe(REJECT_ERROR_ONLY);
    expect(code(machine, 'ioc')).toBe(REJECT_NOT_IN_STATE);
    session.to(TUESDAY, '16:00');
    expect(session.of('auctionMissed').map(({ auction }) => auction)).toEqual(['closing']);
  });
});
