import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { sharedFile } from '../../tests/support/shared-data.ts';
import { SNIFF_BYTES, sniffBytes, sniffFormat } from './sniff-format.ts';

const folder = mkdtempSync(join(tmpdir(), 'twin-sniff-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MESSAGE = '34200.004241176,1,16113575,18,5853300,1';

function sniffText(text: string): string {
  return sniffBytes(new TextEncoder().encode(text), true);
}

function levels(count: number): string {
  return Array.from({ length: count }, (_, level) => `${101 + level},200,${99 - level},18`).join(',');
}

describe('telling formats apart', () => {
  it('knows a LOBSTER message file by its six columns', () => {
    expect(sniffText(MESSAGE)).toBe('lobster-message');
    expect(sniffText(`${MESSAGE}\r\n34201,7,0,0,-1,-1\r\n`)).toBe('lobster-message');
    expect(sniffText(`${MESSAGE},null\n`)).toBe('lobster-message');
  });

  it('knows a LOBSTER orderbook file by whole levels, also of 24 and 200 columns and with empty levels', () => {
    for (const count of [1, 2, 5, 6, 10, 50]) {
      expect(sniffText(`${levels(count)}\n${levels(count)}\n`)).toBe('lobster-orderbook');
    }
    expect(sniffText('9999999999,0,-9999999999,0\n')).toBe('lobster-orderbook');
  });

  it('does not take other tables of numbers for LOBSTER', () => {
    expect(sniffText('34200000,1700000,1700100,1699900,1700000,500\n')).toBe('unknown');
    expect(sniffText('1.5,2,1.4,2\n')).toBe('unknown');
    expect(sniffText('1,2,3\n')).toBe('unknown');
    expect(sniffText(`${levels(1)}\n${levels(2)}\n`)).toBe('unknown');
    expect(sniffText('time,type,id,size,price,direction\n')).toBe('unknown');
    expect(sniffText('\n')).toBe('unknown');
  });

  it('leaves out the last row where the file goes on', () => {
    const cut = new TextEncoder().encode(`${MESSAGE}\n${MESSAGE}\n34200.1,1,16`);
    expect(sniffBytes(cut, false)).toBe('lobster-message');
    expect(sniffBytes(cut, true)).toBe('unknown');
  });

  it('knows ITCH by lengths that fit the types, or by lengths that are all 0', () => {
    const system = Buffer.concat([Buffer.from([0, 12]), Buffer.from('S'), Buffer.alloc(11)]);
    const zeroed = Buffer.concat([Buffer.alloc(2), Buffer.from('S'), Buffer.alloc(11)]);
    expect(sniffBytes(system, true)).toBe('itch');
    expect(sniffBytes(Buffer.concat([zeroed, zeroed]), true)).toBe('itch');
    expect(sniffBytes(Buffer.concat([system, zeroed]), true)).toBe('unknown');
    expect(sniffBytes(Buffer.concat([Buffer.from([0, 13]), Buffer.from('S'), Buffer.alloc(12)]), true)).toBe(
      'unknown',
    );
    expect(sniffBytes(Buffer.alloc(500), true)).toBe('unknown');
  });

  it('knows captures and DBN by their magic numbers, of any version', () => {
    for (const magic of ['d4c3b2a1', 'a1b2c3d4', '4d3cb2a1', 'a1b23c4d', '0a0d0d0a']) {
      expect(sniffBytes(Buffer.from(`${magic}0000`, 'hex'), true)).toBe('itch-pcap');
    }
    for (const version of [1, 2, 3, 9]) {
      expect(sniffBytes(Buffer.from([0x44, 0x42, 0x4e, version]), true)).toBe('dbn');
    }
    expect(sniffBytes(Buffer.from('DB'), true)).toBe('unknown');
  });

  it('refuses an empty file, also one that is empty once unpacked', async () => {
    for (const [name, bytes] of [
      ['empty', Buffer.alloc(0)],
      ['empty.gz', gzipSync('')],
    ] as const) {
      const path = join(folder, name);
      writeFileSync(path, bytes);
      await expect(sniffFormat(path)).rejects.toThrow(`a data file has content: path=${path}`);
    }
  });

  it('looks at no more than the first bytes of a large file', async () => {
    const path = join(folder, 'large');
    writeFileSync(path, `${`${MESSAGE}\n`.repeat(SNIFF_BYTES / MESSAGE.length)}and then something else`);
    expect(await sniffFormat(path)).toBe('lobster-message');
  });

  it.skipIf(sharedFile('data/lobster') === null)(
    'knows the real LOBSTER files, packed with gzip',
    async () => {
      const root = sharedFile('data/lobster')!;
      const names = readdirSync(root).filter((name) => name.endsWith('.csv.gz'));
      expect(names.length).toBeGreaterThan(5);
      for (const name of names) {
        const expected = name.includes('_message_') ? 'lobster-message' : 'lobster-orderbook';
        expect(await sniffFormat(join(root, name)), name).toBe(expected);
      }
    },
  );

  it.skipIf(sharedFile('data/itch') === null)('knows the real ITCH files and captures', async () => {
    const root = sharedFile('data/itch')!;
    expect(await sniffFormat(join(root, 'nasdaq/sample_1000_messages.ITCH50'))).toBe('itch');
    expect(await sniffFormat(join(root, 'ritch/ex20101224.TEST_ITCH_50.gz'))).toBe('itch');
    const capture = 'pcap/Nasdaq/Nasdaq.Equities.TotalView.Itch.v5.0/Multiple.Packets.pcap';
    expect(await sniffFormat(join(root, capture))).toBe('itch-pcap');
  });

  it.skipIf(sharedFile('data/dbn/dbn') === null)(
    'knows the real DBN files, and says of DBZ that it is not read',
    async () => {
      const root = sharedFile('data/dbn/dbn')!;
      for (const name of readdirSync(root)) {
        const path = join(root, name);
        if (name.endsWith('.dbz')) await expect(sniffFormat(path), name).rejects.toThrow('DBZ');
        else if (name.includes('.frag')) expect(await sniffFormat(path), name).toBe('unknown');
        else {
          const isVenue = /\.(?:status|imbalance)\./.test(name);
          expect(await sniffFormat(path), name).toBe(isVenue ? 'dbn-venue' : 'dbn');
        }
      }
    },
  );
});
