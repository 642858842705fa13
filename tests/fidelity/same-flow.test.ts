/** The scorer does not know where flow comes from: a run, its LOBSTER export and a dataset of the lake give the same columns. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { continuationPairs, type FlowStream, floorOf } from '../../src/fidelity/index.ts';
import { flowOfSource } from '../../src/services/fidelity/flow/read-flow.ts';
import { lakeSource } from '../../src/services/fidelity/flow/record-source.ts';
import { readFlow } from '../../src/services/index.ts';
import { googDayFiles, readFiles } from '../support/fidelity-flow.ts';
import { flowScenario } from '../support/flow-scenario.ts';
import { sharedFile } from '../support/shared-data.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { jsonOf, twin } from '../support/twin.ts';

const folder = temporaryFolder('same-flow');
const [runs, lake] = [join(folder, 'runs'), join(folder, 'lake')];
const read = (names: readonly string[], symbol: string | null = null) =>
  readFlow({ names, symbol, levels: 10, lake, runs });

let runId = '';

/** All columns of both streams that a score looks at, ids aside: they only tell orders apart. */
function expectSame(a: FlowStream, b: FlowStream): void {
  expect([b.count, b.tickSize, b.levels]).toEqual([a.count, a.tickSize, a.levels]);
  const rows = a.count;
  const cells = rows * a.levels;
  const differing = { time: 0, kind: 0, side: 0, price: 0, size: 0, book: 0 };
  for (let row = 0; row < rows; row++) {
    if (b.timeNs[row] !== a.timeNs[row]) differing.time++;
    if (b.kind[row] !== a.kind[row]) differing.kind++;
    if (b.side[row] !== a.side[row]) differing.side++;
    if (b.priceTicks[row] !== a.priceTicks[row]) differing.price++;
    if (b.sizeLots[row] !== a.sizeLots[row]) differing.size++;
  }
  for (let cell = 0; cell < cells; cell++) {
    const isSame =
      a.askTicks[cell] === b.askTicks[cell] &&
      a.askLots[cell] === b.askLots[cell] &&
      a.bidTicks[cell] === b.bidTicks[cell] &&
      a.bidLots[cell] === b.bidLots[cell];
    if (!isSame) differing.book++;
  }
  expect(differing).toEqual({ time: 0, kind: 0, side: 0, price: 0, size: 0, book: 0 });
}

describe('one flow, however it is kept', () => {
  it('a run and its export as a LOBSTER pair are the same', { timeout: 120_000 }, async () => {
    const scenario = join(folder, 'flow.yaml');
    writeFileSync(scenario, flowScenario({ lotSize: 10 }));
    const { run } = jsonOf(twin('run', scenario, '--runs', runs, '--json')) as { run: string };
    const exported = twin(
      'export',
      run,
      '--to',
      'lobster',
      '--levels',
      '10',
      '--out',
      folder,
      '--runs',
      runs,
      '--json',
    );
    expect(exported.status).toBe(0);
    const [pair] = (
      jsonOf(exported) as unknown as { exports?: { messagePath: string; orderbookPath: string }[] }
    ).exports ?? [jsonOf(exported) as unknown as { messagePath: string; orderbookPath: string }];
    const fromRun = await read([`run:${run}`]);
    const fromPair = await read([pair!.messagePath, pair!.orderbookPath]);
    runId = run;
    expect(fromRun.stream.count).toBeGreaterThan(5_000);
    expectSame(fromRun.stream, fromPair.stream);
    for (const { remarks } of [fromRun, fromPair]) {
      expect(Object.values(remarks).every((count) => count === 0)).toBe(true);
    }
    const [a, b] = [fromRun, fromPair].map(({ stream }) => floorOf(continuationPairs(stream)));
    expect(b!.persistence).toEqual(a!.persistence);
  });

  const files = googDayFiles(10);

  it.skipIf(files === null)(
    'a dataset of the lake gives what its files give',
    { timeout: 120_000 },
    async () => {
      const ingest = twin(
        'ingest',
        'file',
        ...files!,
        '--option',
        `messages=${files![0]}`,
        '--name',
        'goog',
        '--lake',
        lake,
        '--runs',
        runs,
        '--json',
      );
      expect(ingest.status).toBe(0);
      const fromFiles = await readFiles(files!);
      const fromLake = await read(['goog']);
      expect(fromFiles.stream.count).toBe(147_916);
      expectSame(fromFiles.stream, fromLake.stream);
    },
  );

  const es = ['24', '25'].map((day) =>
    sharedFile(`data/dbn/nautilus/esh4-glbx-mdp3-202312${day}.mbo.dbn.zst`),
  );

  it.skipIf(es.includes(null))('its canonical records alone give it too', { timeout: 120_000 }, async () => {
    const places = ['--lake', lake, '--runs', runs];
    const ingest = twin('ingest', 'file', ...(es as string[]), '--schema', 'mbo', '--name', 'es', ...places);
    expect(ingest.status).toBe(0);
    const request = { names: [], symbol: null, levels: 10, lake, runs };
    const fromRecords = await flowOfSource(lakeSource(lake, 'es', null), request);
    const fromFiles = await readFiles(es as string[]);
    expectSame(fromFiles.stream, fromRecords.stream);
  });

  it('a name that is nothing, and a symbol that is not there, are said to be so', async () => {
    await expect(read(['nothing'])).rejects.toMatchObject({ code: 'RUNS_NOT_FOUND' });
    await expect(read(['dataset:nothing'])).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
    await expect(read([`run:${runId}`], 'NOPE')).rejects.toMatchObject({
      code: 'FIDELITY_INPUT',
      message: expect.stringContaining('found=ACME'),
    });
    const text = join(folder, 'notes.csv');
    writeFileSync(text, 'a,b,c\n1,2,3\n');
    await expect(read([text])).rejects.toMatchObject({ code: 'FIDELITY_INPUT' });
  });
});
