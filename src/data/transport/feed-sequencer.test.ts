import { describe, expect, it } from 'vitest';
import { FeedSequencer, type SequencerOptions } from './feed-sequencer.ts';

type Sequencer = FeedSequencer<string>;

function sequencerOf(options: Partial<SequencerOptions<string>> = {}): {
  feed: Sequencer;
  out: string[];
  single: (sequence: number, atMs: number) => void;
} {
  const out: string[] = [];
  const feed = new FeedSequencer<string>({
    windowMs: 5,
    afterGap: 'skip',
    deliver: (message, lost) => out.push(lost === 0 ? message : `(${lost} lost) ${message}`),
    ...options,
  });
  return { feed, out, single: (n, atMs) => feed.offer(n, n, null, String(n), atMs) };
}

describe('two lines of one feed', () => {
  it('T12.8-a the second line fills the hole of the first within the window', () => {
    const { feed, out, single } = sequencerOf();
    const arrivals = [
      [1, 0],
      [1, 0.5],
      [2, 1],
      [2, 1.5],
      [4, 2],
      [3, 2.5],
      [4, 3],
    ] as const;
    for (const [sequence, atMs] of arrivals) single(sequence, atMs);
    feed.tick(100);
    expect(out).toEqual(['1', '2', '3', '4']);
    expect(feed.counts).toMatchObject({ gaps: 0, missing: 0, duplicates: 3, delivered: 4 });
  });

  it('T12.8-a without 3 on either line the gap is declared at 7 ms, not before', () => {
    const { feed, out, single } = sequencerOf();
    for (const [sequence, atMs] of [
      [1, 0],
      [2, 1],
      [4, 2],
      [4, 3],
    ] as const)
      single(sequence, atMs);
    expect(feed.deadlineMs).toBe(7);
    feed.tick(6.999);
    expect(out).toEqual(['1', '2']);
    feed.tick(7);
    expect(out).toEqual(['1', '2', '(1 lost) 4']);
    expect(feed.counts).toMatchObject({ gaps: 1, missing: 1 });
    single(3, 8);
    expect(out).toHaveLength(3);
    expect(feed.counts.duplicates).toBe(2);
  });
});

describe('recovery by snapshot', () => {
  it('T12.5-a old ones are dropped, the one across the snapshot is applied, a hole asks for another snapshot', () => {
    const { feed, out } = sequencerOf({ windowMs: 0, afterGap: 'resync' });
    feed.begin();
    const offer = (first: number, last: number): void => feed.offer(first, last, null, `${first}-${last}`, 0);
    offer(95, 99);
    offer(98, 103);
    offer(104, 104);
    expect(feed.snapshot(100, 1)).toBe(true);
    expect(out).toEqual(['98-103', '104-104']);
    expect(feed.state).toBe('live');
    offer(106, 110);
    expect(feed.state).toBe('stale');
    expect(feed.counts).toMatchObject({ gaps: 1, missing: 1, duplicates: 1 });
  });

  it('chains by the number of the predecessor, whatever numbers lie between', () => {
    const { feed, out } = sequencerOf({ windowMs: 0, afterGap: 'resync' });
    feed.begin();
    feed.offer(90, 105, 80, 'across', 0);
    feed.offer(200, 210, 105, 'next', 0);
    expect(feed.snapshot(100, 0)).toBe(true);
    feed.offer(300, 310, 210, 'after', 1);
    expect(out).toEqual(['across', 'next', 'after']);
    feed.offer(311, 320, 305, 'no successor of 310', 2);
    expect(feed.state).toBe('stale');
  });

  it('refuses a snapshot older than what waits, and takes a newer one', () => {
    const { feed, out, single } = sequencerOf({ afterGap: 'resync' });
    feed.begin();
    single(50, 0);
    single(51, 0);
    expect(feed.joins(40)).toBe(false);
    expect(feed.snapshot(40, 1)).toBe(false);
    expect(feed.state).toBe('buffering');
    expect(feed.snapshot(50, 2)).toBe(true);
    expect(out).toEqual(['51']);
    expect(feed.counts.oldSnapshots).toBe(1);
  });

  it('counts stale time from the gap to the snapshot, and the messages kept meanwhile are delivered', () => {
    const { feed, out, single } = sequencerOf({ afterGap: 'resync' });
    feed.begin();
    feed.snapshot(0, 0);
    single(1, 1);
    single(3, 10);
    feed.tick(15);
    expect(feed.state).toBe('stale');
    feed.begin();
    single(4, 20);
    expect(feed.snapshot(2, 45)).toBe(true);
    expect(out).toEqual(['1', '3', '4']);
    expect(feed.counts).toMatchObject({ resyncs: 1, staleMs: 30, longestStaleMs: 30 });
  });

  it('a cut connection makes a live feed stale, and another session starts from any number', () => {
    const { feed, out, single } = sequencerOf({ afterGap: 'resync' });
    feed.begin();
    feed.snapshot(10, 0);
    single(11, 0);
    feed.interrupt(5);
    expect(feed.state).toBe('stale');
    feed.reset();
    feed.begin();
    expect(feed.snapshot(2, 9)).toBe(true);
    single(3, 9);
    expect(out).toEqual(['11', '3']);
    expect(feed.counts.staleMs).toBe(4);
  });

  it('throws out the oldest of too many that wait, which a newer snapshot holds', () => {
    const { feed, out, single } = sequencerOf({ afterGap: 'resync', waitingMax: 3 });
    feed.begin();
    for (let sequence = 1; sequence <= 5; sequence++) single(sequence, 0);
    expect(feed.counts.overflowed).toBe(2);
    expect(feed.snapshot(1, 1)).toBe(false);
    expect(feed.snapshot(3, 1)).toBe(true);
    expect(out).toEqual(['4', '5']);
  });

  it('declares a gap at once when too many wait behind one hole', () => {
    const { feed, out, single } = sequencerOf({ waitingMax: 2 });
    single(1, 0);
    for (const sequence of [3, 4, 5]) single(sequence, 0);
    expect(out).toEqual(['1', '(1 lost) 3', '4', '5']);
    expect(feed.counts.gaps).toBe(1);
  });
});

/** Small numbers without Math.random: xorshift. */
function randomOf(seed: number): () => number {
  let x = seed * 2_654_435_761 + 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 32;
  };
}

interface Arrival {
  readonly sequence: number;
  readonly atMs: number;
}

/** Two lines with delay, reordering and loss: every message may be on either line, both, or none. */
function twoLines(seed: number, count: number): Arrival[] {
  const random = randomOf(seed);
  const arrivals: Arrival[] = [];
  for (let sequence = 1; sequence <= count; sequence++) {
    for (const lossPerMille of [150, 300]) {
      if (sequence > 1 && random() * 1000 < lossPerMille) continue;
      arrivals.push({ sequence, atMs: sequence + Math.floor(random() * 12) / 2 });
    }
  }
  return arrivals.sort((a, b) => a.atMs - b.atMs || a.sequence - b.sequence);
}

/** The same rule the plain way: look at every half millisecond at everything that has come so far. */
function bruteForce(arrivals: readonly Arrival[], windowMs: number): { out: string[]; gaps: number } {
  const out: string[] = [];
  const firstSeenMs = new Map<number, number>();
  let last = arrivals[0]!.sequence - 1;
  let gaps = 0;
  let lost = 0;
  const deliverRun = (): void => {
    for (; firstSeenMs.has(last + 1); last++) {
      out.push(lost === 0 ? String(last + 1) : `(${lost} lost) ${last + 1}`);
      lost = 0;
    }
  };
  const expire = (atMs: number): void => {
    for (;;) {
      const beyond = [...firstSeenMs].filter(([sequence]) => sequence > last);
      if (beyond.length === 0 || Math.min(...beyond.map(([, ms]) => ms)) + windowMs > atMs) return;
      const next = Math.min(...beyond.map(([sequence]) => sequence));
      gaps++;
      lost = next - last - 1;
      last = next - 1;
      deliverRun();
    }
  };
  for (const { sequence, atMs } of arrivals) {
    expire(atMs);
    if (sequence > last && !firstSeenMs.has(sequence)) firstSeenMs.set(sequence, atMs);
    deliverRun();
  }
  expire(Number.POSITIVE_INFINITY);
  return { out, gaps };
}

describe('against brute force', () => {
  for (let seed = 1; seed <= 40; seed++) {
    it(`delivers the same, seed ${seed}`, () => {
      const arrivals = twoLines(seed, 300);
      const windowMs = seed % 7;
      const { feed, out, single } = sequencerOf({ windowMs });
      for (const { sequence, atMs } of arrivals) single(sequence, atMs);
      feed.tick(1e9);
      const expected = bruteForce(arrivals, windowMs);
      expect(out).toEqual(expected.out);
      expect(feed.counts.gaps).toBe(expected.gaps);
      expect(expected.gaps).toBeGreaterThan(0);
      expect(feed.counts.delivered + feed.counts.duplicates).toBe(arrivals.length);
      expect(feed.counts.delivered + feed.counts.missing).toBe(feed.last - arrivals[0]!.sequence + 1);
    });
  }

  for (let seed = 1; seed <= 20; seed++) {
    it(`never delivers a number twice or leaves one out between snapshots, seed ${seed}`, () => {
      const random = randomOf(seed);
      const seen: number[] = [];
      const covered: number[] = [];
      const feed = new FeedSequencer<number>({
        windowMs: 3,
        afterGap: 'resync',
        deliver: (message) => seen.push(message),
      });
      feed.begin();
      let highest = 0;
      for (const { sequence, atMs } of twoLines(seed, 300)) {
        highest = Math.max(highest, sequence);
        feed.offer(sequence, sequence, null, sequence, atMs);
        if (feed.state === 'stale') feed.begin();
        if (feed.state !== 'buffering' || random() > 0.3) continue;
        const snapshot = highest - Math.floor(random() * 4);
        const before = feed.last;
        const at = seen.length;
        if (!feed.snapshot(snapshot, atMs)) continue;
        covered.push(snapshot - before);
        const fresh = seen.slice(at);
        expect(fresh).toEqual(fresh.map((_, i) => snapshot + 1 + i));
      }
      for (let i = 1; i < seen.length; i++) expect(seen[i]!).toBeGreaterThan(seen[i - 1]!);
      expect(feed.counts.resyncs).toBeGreaterThan(0);
      const skipped = covered.reduce((sum, n) => sum + n, 0);
      expect(seen.length + skipped).toBe(feed.last + 1);
    });
  }
});
