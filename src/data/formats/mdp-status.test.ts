import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mdpCapture, mdpStatus, mdpTime } from '../../../tests/support/mdp-captures.ts';
import { sharedFile } from '../../../tests/support/shared-data.ts';
import { TwinError } from '../../base/index.ts';
import { MboBatch } from '../mbo-batch.ts';
import { Quarantine } from '../quarantine.ts';
import type { StatusMessage } from '../venue-message.ts';
import { MdpStatusDecoder } from './mdp-status.ts';

function decode(bytes: Uint8Array, mode: 'strict' | 'lenient' = 'strict', chunkBytes = bytes.length) {
  const quarantine = new Quarantine(mode, 'mdp.pcap');
  const decoder = new MdpStatusDecoder(quarantine);
  const batch = new MboBatch(1);
  const said: StatusMessage[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    decoder.write(bytes.slice(at, at + chunkBytes));
    expect(decoder.read(batch)).toBe(0);
    said.push(...(batch.venue as StatusMessage[]));
  }
  decoder.end();
  decoder.read(batch);
  said.push(...(batch.venue as StatusMessage[]));
  return { said, counts: Object.fromEntries(quarantine.counts), remarks: decoder.remarks(), decoder };
}

describe('MDP 3.0 security status', () => {
  it('a message is read field by field', () => {
    // size 40, block 30, template 30, schema 1, version 9; then 2023-11-15 00:00:02 UTC, group ES, security 5, no-cancel.
    const hex =
      '2800' +
      '1e001e0001000900' +
      '009419cbd0a29717' +
      '455300000000' +
      '000000000000' +
      '05000000' +
      '0000' +
      '80150001';
    const made = mdpStatus({ status: 21, event: 1, atSeconds: 2, securityId: 5, group: 'ES' });
    expect(Buffer.from(made).toString('hex')).toBe(hex);
    const { said, decoder } = decode(mdpCapture([[made]]));
    expect(said).toEqual([
      {
        kind: 'status',
        row: 0,
        sourceIndex: 0,
        tsEventNs: 2e9 + mdpTime.sinceMidnightNs,
        instrument: 5,
        status: 'noCancel',
        layer: 'trading',
        rule: '',
        reason: '',
        group: '',
      },
    ]);
    expect(decoder.info.epochNs).toBe(mdpTime.epochNs - BigInt(mdpTime.sinceMidnightNs));
  });

  it.each([
    [2, 'paused'],
    [4, 'closed'],
    [15, 'opening'],
    [17, 'trading'],
    [18, 'closed'],
    [20, 'unknown'],
    [21, 'preOpen'],
    [26, 'postClose'],
  ])('status %d is %s', (status, name) => {
    expect(decode(mdpCapture([[mdpStatus({ status })]])).said).toMatchObject([{ status: name }]);
  });

  it('requests for a cross, and events without a change, change nothing', () => {
    const messages = [24, 25, 103, 255].map((status) => mdpStatus({ status }));
    expect(decode(mdpCapture([messages])).said).toEqual([]);
  });

  it('a message of no security is of its group', () => {
    const { said } = decode(mdpCapture([[mdpStatus({ securityId: null, group: '6E' })]]));
    expect(said).toMatchObject([{ instrument: null, group: '6E' }]);
  });

  it('halt reasons belong to rules where they are known', () => {
    const messages = [0, 1, 2, 6, 255].map((haltReason) => mdpStatus({ status: 2, haltReason }));
    const { said } = decode(mdpCapture([messages]));
    expect(said.map(({ rule, reason }) => [rule, reason])).toEqual([
      ['', ''],
      ['operator', '1'],
      ['other', '2'],
      ['outage', '6'],
      ['', ''],
    ]);
  });

  it('of two lines with the same packets one is taken', () => {
    const packets = [[mdpStatus({ status: 21 })], [mdpStatus({ status: 17 }), mdpStatus({ status: 2 })]];
    const { said, remarks } = decode(mdpCapture(packets, 2));
    expect(said.map(({ status }) => status)).toEqual(['preOpen', 'trading', 'paused']);
    expect(remarks).toEqual({ 'repeated-message': 3 });
  });

  it.each([
    ['an unknown status', 'field-value', mdpStatus({ status: 99 }), 1],
    ['a block that is too short', 'length-mismatch', mdpStatus({ blockBytes: 29 }), 0],
    ['a status of nothing', 'field-value', mdpStatus({ securityId: null, group: '' }), 0],
    ['a time far away', 'time-range', mdpStatus({ transactNs: 2n ** 63n }), 0],
    ['a message that ends behind its packet', 'packet-damaged', mdpStatus({ size: 400 }), 0],
  ])('%s: %s', (_, reason, bad, unknown) => {
    const bytes = mdpCapture([[mdpStatus({ status: 17 })], [bad], [mdpStatus({ status: 21 })]]);
    expect(() => decode(bytes)).toThrow(new RegExp(`source=mdp.pcap record=1 .*reason=${reason}`));
    const { said, counts } = decode(bytes, 'lenient');
    expect(counts).toEqual({ [reason]: 1 });
    expect(said.map(({ status }) => status)).toEqual([
      'trading',
      ...Array<string>(unknown).fill('unknown'),
      'preOpen',
    ]);
  });

  it('survives damage with nothing but a TwinError, seed 31', () => {
    const bytes = mdpCapture([21, 15, 17, 2, 17, 4].map((status) => [mdpStatus({ status })]));
    fc.assert(
      fc.property(
        fc.nat(bytes.length),
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 8 }),
        fc.integer({ min: 1, max: 300 }),
        fc.constantFrom('strict' as const, 'lenient' as const),
        (length, flips, chunkBytes, mode) => {
          const damaged = Uint8Array.from(bytes.subarray(0, length));
          for (const [at, value] of flips) if (at < length) damaged[at]! ^= value;
          try {
            decode(damaged, mode, chunkBytes);
          } catch (error) {
            if (!(error instanceof TwinError)) throw error;
          }
        },
      ),
      { seed: 31, numRuns: 800 },
    );
  });

  it('a capture without MDP is refused', () => {
    expect(() => decode(mdpCapture([[Uint8Array.from({ length: 40 }, () => 7)]]))).toThrow(
      /a capture beside DBN files has packets of CME MDP 3.0: .*other-packet=1/,
    );
  });
});

const CME = sharedFile('data/cme/pcap/Cme');

describe.skipIf(CME === null)('real captures of MDP 3.0', () => {
  it.each(['MdIncrementalRefreshSessionStatistics', 'MdIncrementalRefreshVolume'])(
    'three groups of currencies open at 17:00 in Chicago, in %s',
    (name) => {
      const { said, counts, remarks, decoder } = decode(
        readFileSync(`${CME}/Mdp3.Sbe.v1.8/${name}.pcap`),
        'strict',
        4096,
      );
      expect(counts).toEqual({});
      // Both lines are in the capture: each status is there twice.
      expect(remarks['repeated-message']).toBe(3);
      expect(said.map(({ group, status, instrument }) => [group, status, instrument])).toEqual([
        ['6E', 'opening', null],
        ['6H', 'opening', null],
        ['6N', 'opening', null],
      ]);
      const atNs = decoder.info.epochNs! + BigInt(said[0]!.tsEventNs);
      expect(new Date(Number(atNs / 1_000_000n)).toISOString()).toBe('2016-09-27T22:00:00.000Z');
    },
  );

  it('ten thousand packets of a day without a status have none', () => {
    const bytes = gunzipSync(readFileSync(`${CME}/Mdp3.Sbe.v1.6/Cme.Mdp3.Sbe.v6.1.pcap.gz`));
    const { said, counts, remarks } = decode(bytes, 'strict', 1 << 16);
    expect(said).toEqual([]);
    expect(counts).toEqual({});
    const facts = JSON.parse(readFileSync(sharedFile('data/facts.json')!, 'utf8')).cme;
    const messages = facts['pcap/Cme/Mdp3.Sbe.v1.6/Cme.Mdp3.Sbe.v6.1.pcap.gz'].messages_by_template;
    const all = Object.values(messages as Record<string, number>).reduce((sum, count) => sum + count, 0);
    expect(remarks).toEqual({ 'other-mdp-message': all });
  });

  it('TCP is passed over', () => {
    const bytes = readFileSync(`${CME}/Mdp3.Sbe.v1.12/SecurityStatusRequest.Tcp.pcap`);
    expect(() => decode(bytes)).toThrow('tcp-packet=1');
  });
});
