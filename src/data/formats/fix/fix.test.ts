import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySink } from '../../ingest/memory-sink.ts';
import { FIX_FORMAT } from './format.ts';

const SOH = '\u0001';

/** A message with its length and check sum; fields as 'tag=value'. */
function fix(fields: readonly string[], separator = SOH): string {
  const body = fields.map((field) => `${field}${SOH}`).join('');
  const text = `8=FIX.4.2${SOH}9=${body.length}${SOH}${body}`;
  const sum = [...text].reduce((total, letter) => total + letter.charCodeAt(0), 0) % 256;
  return `${text}10=${String(sum).padStart(3, '0')}${SOH}`.replaceAll(SOH, separator);
}

function read(text: string, pieces: readonly number[] = [text.length]): MemorySink {
  const sink = new MemorySink('fix');
  const normaliser = FIX_FORMAT.open({ fileName: 'x.fix', options: { venue: 'GLBX' } }, sink);
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const piece = pieces[turn % pieces.length]!;
    normaliser.write(bytes.subarray(at, at + piece));
    at += piece;
  }
  normaliser.endPage();
  normaliser.end();
  return sink;
}

const REFRESH = [
  '35=X',
  '34=17',
  '52=20241015-22:00:00.123',
  '75=20241015',
  '268=4',
  ...[
    '279=0',
    '269=6',
    '55=ESZ4',
    '48=5',
    '270=5859.25',
    '731=00000011',
    '5796=20241014',
    '272=20241015',
    '273=21:15:00.5',
  ],
  ...['279=1', '269=6', '48=6', '270=-0.05', '731=2'],
  ...['279=0', '269=C', '55=ESZ4', '271=1234567'],
  ...['279=2', '269=6', '55=NQZ4'],
];

describe('settlement prices in FIX', () => {
  it('each entry of a refresh is a figure, with the day it is about', () => {
    const sink = read(fix(REFRESH));
    expect(sink.records('statistics')).toMatchObject([
      {
        symbol: 'ESZ4',
        kind: 'settlement',
        price: 5859.25,
        isFinal: true,
        detail: 'final actual unrounded',
        sequence: 17,
        sourceIndex: 0,
        tsEvent: 1_729_026_900_500_000_000n,
        tsReference: 1_728_864_000_000_000_000n,
      },
      {
        symbol: '6',
        kind: 'settlement',
        price: -0.05,
        isFinal: false,
        detail: 'preliminary actual unrounded',
        tsEvent: 1_729_029_600_123_000_000n,
        tsReference: 1_728_950_400_000_000_000n,
      },
      { symbol: 'ESZ4', kind: 'openInterest', value: 1_234_567, price: null },
      { symbol: 'NQZ4', kind: 'settlement', price: null, detail: 'deleted' },
    ]);
    expect(sink.quarantine.total).toBe(0);
  });

  it('the instrument of a snapshot stands before its entries', () => {
    const snapshot = [
      '35=W',
      '34=18',
      '52=20241015220001',
      '55=CLX4',
      '268=3',
      '269=6',
      '270=70.58',
      '269=B',
      '271=99',
      '269=0',
      '270=70.5',
    ];
    const sink = read(fix(snapshot));
    expect(sink.records('statistics')).toMatchObject([
      {
        symbol: 'CLX4',
        kind: 'settlement',
        price: 70.58,
        isFinal: null,
        detail: null,
        tsEvent: 1_729_029_601_000_000_000n,
      },
      { symbol: 'CLX4', kind: 'clearedVolume', value: 99 },
    ]);
    expect(Object.fromEntries(sink.remarks)).toEqual({ 'entry-of-other-type': 1 });
  });

  it.each(['|', '^A', SOH])('messages one a line, with %j between the fields', (separator) => {
    const text = `${fix(REFRESH, separator)}\n${fix(['35=0', '34=18'], separator)}\r\n${fix(REFRESH, separator)}\n`;
    const sink = read(text);
    expect(sink.counts()).toEqual({ statistics: 8 });
    expect(Object.fromEntries(sink.remarks)).toEqual({ 'other-message-0': 1 });
    expect(sink.quarantine.total).toBe(0);
    expect(FIX_FORMAT.recognise(Buffer.from(text, 'latin1'), true, 'x')).toBe(true);
  });

  it('what is damaged is set aside and the next message is read', () => {
    const wrongSum = fix(REFRESH).replace('5859.25', '5859.26');
    const wrongCount = fix(REFRESH.map((field) => (field === '268=4' ? '268=5' : field)));
    const noPrice = fix(['35=X', '52=20241015-22:00:00', '268=1', '279=0', '269=6', '55=ESZ4']);
    const noTag = fix(['35=X', 'x=1']);
    const good = fix(REFRESH);
    const sink = read(`${wrongSum}${wrongCount}${noPrice}${noTag}${good}8=FIX.4.2${SOH}9=5`);
    expect(sink.counts()).toEqual({ statistics: 4 });
    expect(Object.fromEntries(sink.quarantine.counts)).toEqual({
      'field-value': 3,
      'length-mismatch': 1,
      'missing-value': 1,
    });
  });

  it('the records do not depend on how the bytes come', () => {
    for (const separator of ['|', '^A', SOH]) {
      const text = `${fix(REFRESH, separator)}\n${fix(REFRESH, separator)}`;
      const whole = read(text).records('statistics');
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }), (pieces) => {
          expect(read(text, pieces).records('statistics')).toEqual(whole);
        }),
        { seed: 731, numRuns: 60 },
      );
    }
  });

  it('other texts are not taken for it, and a venue that is none is refused', () => {
    for (const text of ['', '35=X|269=6', 'time,price\n1,2', '8=FIX.4.2']) {
      expect(FIX_FORMAT.recognise(Buffer.from(text), true, 'x')).toBe(false);
    }
    expect(() => FIX_FORMAT.open({ fileName: 'x', options: { venue: '' } }, new MemorySink())).toThrow(
      /options of a file/,
    );
  });
});
