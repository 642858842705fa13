/**
 * Order flow for the scorer from whatever a user names: a LOBSTER pair, ITCH or DBN files, a dataset of the lake, a run. What comes
 * out is one kind of stream; nothing behind it asks where it is from.
 */

import { existsSync } from 'node:fs';
import { TwinError } from '../../../base/index.ts';
import { Lake, type MboBatch, UNDEF_PRICE } from '../../../data/index.ts';
import { FlowFromMbo, type FlowRemarks, type FlowStream } from '../../../fidelity/index.ts';
import {
  findLobsterFiles,
  PriceScale,
  type SniffedFile,
  sniffFile,
  TickVote,
} from '../../../replay/index.ts';
import { JOURNAL_FILE, RunStore } from '../../../runs/index.ts';
import { breathe } from '../../control.ts';
import { DATASET_PREFIX, openFiles, replayedOf } from '../../replay-inputs.ts';
import { flowOfJournal } from './journal-flow.ts';
import { flowOfLobster } from './lobster-flow.ts';
import { fileSource, lakeSource, type MboSource } from './record-source.ts';

export const RUN_PREFIX = 'run:';

export interface FlowRequest {
  /** Files of one recording, or one `dataset:<id>`, or one `run:<id>`; the prefixes may be left out where it is clear. */
  readonly names: readonly string[];
  /** Which instrument, null where there is only one. */
  readonly symbol: string | null;
  /** Levels of book per side. */
  readonly levels: number;
  /** Folders of the lake and of the runs. */
  readonly lake: string;
  readonly runs: string;
}

export interface ReadFlow {
  readonly stream: FlowStream;
  readonly remarks: FlowRemarks;
  /** Records set aside because they break a rule of their format, by reason. */
  readonly setAside: Readonly<Record<string, number>>;
  /** What was read, in the words of the request. */
  readonly source: string;
}

/** Raises FIDELITY_INPUT, DATA_NOT_FOUND, RUNS_NOT_FOUND and what the files deserve. */
export async function readFlow(request: FlowRequest): Promise<ReadFlow> {
  const source = request.names.join(' ');
  if (request.names.length === 0)
    throw new TwinError('FIDELITY_INPUT', 'flow is read from at least one file');
  const [first] = prefixedNames(request) as [string];
  if (first.startsWith(RUN_PREFIX)) {
    try {
      return { ...flowOfRun(first.slice(RUN_PREFIX.length), request), source };
    } catch (error) {
      const isNamed = request.names[0]!.startsWith(RUN_PREFIX);
      if (isNamed || !(error instanceof TwinError) || error.code !== 'RUNS_NOT_FOUND') throw error;
      const { lake, runs } = request;
      throw new TwinError('RUNS_NOT_FOUND', 'flow is of a file, a dataset or a run that is there', {
        ...{ found: source, lake, runs },
      });
    }
  }
  if (first.startsWith(DATASET_PREFIX))
    return { ...(await flowOfDataset(first.slice(DATASET_PREFIX.length), request)), source };
  return { ...(await flowOfFiles(request.names, request)), source };
}

/** Names as given where they are files, else with the prefix that was left out. */
export function prefixedNames({ names, lake }: Pick<FlowRequest, 'names' | 'lake'>): readonly string[] {
  if (names.every((name) => existsSync(name))) return names;
  const [first] = names as [string];
  if (first.startsWith(RUN_PREFIX) || first.startsWith(DATASET_PREFIX)) return names;
  return [`${existsSync(lake) && hasDataset(lake, first) ? DATASET_PREFIX : RUN_PREFIX}${first}`];
}

type Flow = Omit<ReadFlow, 'source'>;

async function flowOfFiles(paths: readonly string[], request: FlowRequest): Promise<Flow> {
  const files = await Promise.all(paths.map((path) => sniffFile(path)));
  if (files.every(({ kind }) => kind === 'lobster-message' || kind === 'lobster-orderbook')) {
    return flowOfLobster(await findLobsterFiles(files), request.levels);
  }
  if (files.some(({ kind }) => !READABLE.includes(kind)) || new Set(files.map(({ kind }) => kind)).size > 1) {
    throw new TwinError('FIDELITY_INPUT', 'flow is read from a LOBSTER pair, or from ITCH or DBN mbo files', {
      files: files.map(({ path, kind }) => `${path} is ${kind}`).join(', '),
    });
  }
  return flowOfSource(fileSource(files), request);
}

const READABLE: readonly SniffedFile['kind'][] = ['itch', 'itch-pcap', 'dbn'];

/** The recordings of a dataset where it was made of some: they have the vendor's book. Else its mbo records. */
async function flowOfDataset(id: string, request: FlowRequest): Promise<Flow> {
  const name = `${DATASET_PREFIX}${id}`;
  if (replayedOf([name], request.lake) === 'records')
    return flowOfSource(lakeSource(request.lake, id, request.symbol), request);
  const inputs = openFiles([name], request.lake);
  try {
    return await flowOfFiles(inputs.files, request);
  } finally {
    inputs.close();
  }
}

function hasDataset(folder: string, id: string): boolean {
  const lake = new Lake(folder);
  try {
    return lake.findDataset(id) !== null;
  } finally {
    lake.close();
  }
}

function flowOfRun(id: string, request: FlowRequest): Flow {
  const run = new RunStore(request.runs).load(id);
  return flowOfJournal(run.path(JOURNAL_FILE), request.symbol, request.levels);
}

/** Flow of records without a vendor's book. Two readings: the first finds instrument and tick. */
export async function flowOfSource(source: MboSource, request: FlowRequest): Promise<Flow> {
  const votes = new Map<number, TickVote>();
  for await (const batch of source.read()) {
    voteOnTicks(batch, votes);
    await breathe();
  }
  const instrument = chooseInstrument(source, [...votes.keys()], request.symbol);
  const unitsPerTick = votes.get(instrument)!.unitsPerTick;
  const name = source.symbols().get(instrument) ?? String(instrument);
  const flow = new FlowFromMbo({
    symbol: name,
    tickSize: new PriceScale(source.priceUnit, unitsPerTick).tickSize,
    lotSize: '1',
    levels: request.levels,
    // Recordings and records count from midnight.
    dayOffsetNs: 0,
    unitsPerTick,
    unitsPerLot: source.lotsPerUnit(name),
    instrument,
  });
  for await (const batch of source.read()) {
    flow.take(batch);
    await breathe();
  }
  return { stream: flow.stream, remarks: flow.remarks, setAside: source.setAside() };
}

function voteOnTicks(batch: MboBatch, votes: Map<number, TickVote>): void {
  for (let r = 0; r < batch.count; r++) {
    if (batch.price[r] === UNDEF_PRICE || batch.price[r] === 0) continue;
    const vote = votes.get(batch.instrument[r]!) ?? new TickVote();
    votes.set(batch.instrument[r]!, vote);
    vote.add(batch.price[r]!);
  }
}

function chooseInstrument(source: MboSource, priced: readonly number[], symbol: string | null): number {
  const symbols = source.symbols();
  const nameOf = (number: number): string => symbols.get(number) ?? String(number);
  const found = symbol === null ? priced : priced.filter((number) => nameOf(number) === symbol);
  if (found.length === 1) return found[0]!;
  throw new TwinError(
    'FIDELITY_INPUT',
    'one instrument is scored: its symbol is named where there are more',
    {
      symbol,
      found: priced.map(nameOf).slice(0, 20).join(', ') || 'none with a price',
    },
  );
}
