/**
 * Differential fuzz: two books get the same commands; after each one their event records must be equal word by word,
 * and now and then their state hashes. A difference is shrunk to a short command list before it is reported.
 */

import { BinaryReader, BinaryWriter } from '../../src/base/index.ts';
import { DOUBLE_TIME, type EventBuffer, RECORD_WORDS } from '../../src/domain/index.ts';
import { type BookRules, hashBookState, type OrderBook } from '../../src/market/index.ts';
import { EventAudit } from '../support/event-audit.ts';
import { eventLine, eventLines, readEvent } from '../support/event-text.ts';
import {
  applyCommand,
  type BookCommand,
  makeCommands,
  rulesOfSeed,
  sharingRulesOfSeed,
} from './book-commands.ts';

/** Makes an empty book with an event buffer of its own. */
export type BookFactory = (rules: BookRules) => OrderBook;

export interface BookPair {
  readonly left: BookFactory;
  readonly right: BookFactory;
}

/** How often something happened, by the first word of its event line and its reason. */
export type Coverage = Map<string, number>;

export interface Difference {
  /** Index of the command after which the books differ. */
  readonly at: number;
  readonly what: string;
}

interface RunOptions {
  readonly hashEvery: number;
  /** Both books go through their own snapshot before this command; -1 never. */
  readonly snapshotAt: number;
  readonly coverage?: Coverage;
}

/** Runs both books side by side; null when they never differ. */
export function findDifference(
  pair: BookPair,
  rules: BookRules,
  commands: readonly BookCommand[],
  { hashEvery, snapshotAt, coverage }: RunOptions,
): Difference | null {
  let left = pair.left(rules);
  let right = pair.right(rules);
  const audit = new EventAudit();
  for (const [at, command] of commands.entries()) {
    try {
      if (at === snapshotAt) {
        left = throughSnapshot(left, pair.left);
        right = throughSnapshot(right, pair.right);
      }
      for (const book of [left, right]) {
        book.events.clear();
        book.events.timeNs = at * 1000;
        applyCommand(book, command);
      }
      const what = compareEvents(left.events, right.events);
      if (what !== null) return { at, what };
      audit.follow(left.events);
      if (coverage) countEvents(coverage, left.events);
      if ((at + 1) % hashEvery === 0 || at === commands.length - 1) {
        const differs = compareStates(left, right);
        if (differs !== null) return { at, what: differs };
        audit.compareWithBook(left);
        left.validate();
        right.validate();
      }
    } catch (cause) {
      return { at, what: `threw ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}` };
    }
  }
  return null;
}

function throughSnapshot(book: OrderBook, create: BookFactory): OrderBook {
  const writer = new BinaryWriter();
  book.writeState(writer);
  const restored = create(book.rules);
  const reader = new BinaryReader(writer.finish());
  restored.readState(reader);
  if (!reader.isAtEnd) throw new Error('a restored book has read all that was written');
  // Both follow from the session and its breakers, which keep them.
  restored.isCollecting = book.isCollecting;
  restored.guard = book.guard;
  return restored;
}

function compareEvents(left: EventBuffer, right: EventBuffer): string | null {
  const count = Math.max(left.count, right.count);
  for (let record = 0; record < count; record++) {
    const isSame = record < left.count && record < right.count && isSameRecord(left, right, record);
    if (!isSame) {
      return [
        `event ${record} differs`,
        ...eventLines(left).map((line) => `      left:  ${line}`),
        ...eventLines(right).map((line) => `      right: ${line}`),
        `      words left:  ${wordsOf(left, record)}`,
        `      words right: ${wordsOf(right, record)}`,
      ].join('\n');
    }
  }
  return null;
}

function isSameRecord(left: EventBuffer, right: EventBuffer, record: number): boolean {
  const from = record * RECORD_WORDS;
  for (let word = from; word < from + RECORD_WORDS; word++) {
    if (left.words[word] !== right.words[word]) return false;
  }
  const time = record * (RECORD_WORDS / 2) + DOUBLE_TIME;
  return left.doubles[time] === right.doubles[time];
}

function wordsOf(events: EventBuffer, record: number): string {
  if (record >= events.count) return 'no such record';
  return [...events.words.subarray(record * RECORD_WORDS, (record + 1) * RECORD_WORDS)].join(' ');
}

/** Everything inspection shows: the hash, best prices, depth, counts. */
function compareStates(left: OrderBook, right: OrderBook): string | null {
  const facts = (book: OrderBook): string =>
    JSON.stringify([
      hashBookState(book),
      book.liveOrderCount,
      book.lastTradeTicks,
      book.bestTicks(0),
      book.bestTicks(1),
      book.depth(0, 5),
      book.depth(1, 5),
    ]);
  if (facts(left) === facts(right)) return null;
  return [
    `state differs`,
    `      left:  ${facts(left)}`,
    `      right: ${facts(right)}`,
    ...stateLines(left).map((line) => `      left:  ${line}`),
    ...stateLines(right).map((line) => `      right: ${line}`),
  ].join('\n');
}

const STATE_LINES_MAX = 20;

function stateLines(book: OrderBook): string[] {
  const lines: string[] = [];
  book.forEachOrder((order) => {
    if (lines.length < STATE_LINES_MAX) lines.push(JSON.stringify(order));
  });
  return lines;
}

/** Counts lines by kind, and by reason or property where there is one. */
function countEvents(coverage: Coverage, events: EventBuffer): void {
  for (let record = 0; record < events.count; record++) {
    const event = readEvent(events, record);
    const words = eventLine(event).split(' ');
    const kind = words[0]!;
    const detail =
      event.code > 0
        ? ` code ${event.code}`
        : event.keepsPriority
          ? ' keeps'
          : event.isMakerHidden
            ? ' hidden'
            : '';
    coverage.set(kind + detail, (coverage.get(kind + detail) ?? 0) + 1);
  }
}

/** Drops what is not needed for a difference: chunks of half the list, then smaller ones, at last single commands. */
export function shrinkCommands(
  pair: BookPair,
  rules: BookRules,
  commands: readonly BookCommand[],
  snapshotAt = -1,
): BookCommand[] {
  const options = { hashEvery: 1, snapshotAt };
  const first = findDifference(pair, rules, commands, options);
  let kept = commands.slice(0, (first?.at ?? commands.length - 1) + 1);
  for (let chunk = kept.length >> 1; chunk >= 1; chunk >>= 1) {
    let isDropped = true;
    while (isDropped) {
      isDropped = false;
      for (let from = kept.length - chunk; from >= 0; from -= chunk) {
        const fewer = [...kept.slice(0, from), ...kept.slice(from + chunk)];
        if (findDifference(pair, rules, fewer, options) === null) continue;
        kept = fewer;
        isDropped = true;
      }
      if (chunk > 1) break;
    }
  }
  return kept;
}

/** 'sharing': orders share by an algorithm in any case, and levels are deep. 'auctions': calls, crosses and bounds besides. */
export type FuzzShape = 'plain' | 'sharing' | 'auctions';

/** How many of 100 commands begin or end a call, or set bounds. */
const UNRULY_PERCENT = 6;

/** How many of 100 orders are passive where orders share. */
const PASSIVE_PERCENT = 80;

/**
 * Compares a pair on one seed. Throws with the shrunk command list and the line that runs it again.
 */
export function compareOnSeed(
  pair: BookPair,
  seed: number,
  commandCount: number,
  coverage: Coverage,
  shape: FuzzShape = 'plain',
): void {
  const rules = shape === 'sharing' ? sharingRulesOfSeed(seed) : rulesOfSeed(seed);
  const commands = makeCommands(seed, commandCount, {
    passive: shape === 'sharing' ? PASSIVE_PERCENT : 0,
    unruly: shape === 'auctions' ? UNRULY_PERCENT : 0,
  });
  const snapshotAt = commandCount >> 1;
  const found = findDifference(pair, rules, commands, { hashEvery: 50, snapshotAt, coverage });
  if (found) throw new Error(describeDifference({ pair, rules, commands, seed, snapshotAt, found }));
}

interface DifferenceFacts {
  readonly pair: BookPair;
  readonly rules: BookRules;
  readonly commands: readonly BookCommand[];
  readonly seed: number;
  readonly snapshotAt: number;
  readonly found: Difference;
}

function describeDifference({ pair, rules, commands, seed, snapshotAt, found }: DifferenceFacts): string {
  const head = commands.slice(0, found.at + 1);
  // Most differences need no snapshot; if this one does, the full list is what reproduces it.
  const needsSnapshot = findDifference(pair, rules, head, { hashEvery: 1, snapshotAt: -1 }) === null;
  const shrunk = needsSnapshot ? head.slice(-30) : shrinkCommands(pair, rules, head);
  const last = needsSnapshot ? found : findDifference(pair, rules, shrunk, { hashEvery: 1, snapshotAt: -1 });
  return [
    `the books differ: seed ${seed}, command ${found.at}${needsSnapshot ? `, only with the snapshot before command ${snapshotAt}; last 30 commands:` : `, shrunk to ${shrunk.length} commands:`}`,
    `    rules ${JSON.stringify(rules)}`,
    ...shrunk.map((command) => `    ${JSON.stringify(command)}`),
    `    ${last?.what ?? found.what}`,
    `    again: FUZZ_SEED=${seed} FUZZ_SEEDS=1 FUZZ_COMMANDS=${commands.length} npx vitest run tests/fuzz/order-book.fuzz.test.ts`,
  ].join('\n');
}
