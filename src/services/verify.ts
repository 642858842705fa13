/** Runs a finished run again from its manifest and compares digests: the proof that a run is a function of its inputs. */

import { TwinError } from '../base/index.ts';
import { contentHash, Lake, verifyDataset } from '../data/index.ts';
import { type CodeVersion, codeVersion, JOURNAL_FILE, type StoredRun, verifyJournal } from '../runs/index.ts';
import { checkScenario } from '../scenarios/index.ts';
import type { Control } from './control.ts';
import { replayDigest } from './replay.ts';
import { checkDatasets } from './scenario-datasets.ts';
import { simulateDigest } from './simulate.ts';

export interface Verification {
  readonly run: string;
  /** Digest in the manifest. */
  readonly expected: string;
  /** Digest of the second run. */
  readonly found: string;
  /** Digest of the journal on disk. */
  readonly journal: string;
  readonly isSame: boolean;
  /** What differs between then and now, where the digests differ: code, runtime. */
  readonly hints: readonly string[];
}

/** Raises RUNS_UNFINISHED, RUNS_DAMAGED when its journal is not what the run wrote, and what the run itself may raise. */
export async function verifyRun(run: StoredRun, control: Control = {}): Promise<Verification> {
  const { manifest } = run;
  if (manifest.status !== 'finished' || manifest.digest === null) {
    throw new TwinError('RUNS_UNFINISHED', 'only a finished run can be run again and compared', {
      run: run.id,
      status: manifest.status,
    });
  }
  if (manifest.kind === 'ingest') return verifyIngest(run, manifest.digest);
  const hints: string[] = manifest.kind === 'simulation' ? checkDatasets(manifest.dataIds) : [];
  const journal = verifyJournal(run.path(JOURNAL_FILE));
  const found =
    manifest.kind === 'simulation'
      ? await simulateDigest(checkScenario(manifest.config, `config of run ${run.id}`), control)
      : await replayDigest(manifest, control);
  if (found === manifest.digest && journal.digest !== manifest.digest) {
    throw new TwinError('RUNS_DAMAGED', 'the journal of a run is as it was written', {
      run: run.id,
      digest: manifest.digest,
      digestOfJournal: journal.digest,
    });
  }
  const isSame = found === manifest.digest && journal.digest === manifest.digest;
  const [then, now] = [codeText(manifest.codeVersion), codeText(codeVersion())];
  if (then !== now) hints.push(`made by ${then}, now ${now}`);
  if (manifest.nodeVersion !== process.version)
    hints.push(`made with Node ${manifest.nodeVersion}, now ${process.version}`);
  return { run: run.id, expected: manifest.digest, found, journal: journal.digest, isSame, hints };
}

function codeText({ package: version, commit }: CodeVersion): string {
  return `version ${version}${commit === null ? '' : ` at commit ${commit.slice(0, 12)}`}${commit?.endsWith('-dirty') ? ' with changes' : ''}`;
}

/** Whether the dataset of an ingest is what the ingest left: its digest, and every file behind it. */
async function verifyIngest(run: StoredRun, expected: string): Promise<Verification> {
  const { lake: folder, dataset: id } = run.manifest.config as { lake: string; dataset: string };
  const lake = new Lake(folder);
  try {
    const found = contentHash(lake.dataset(id).parts);
    const problems = await verifyDataset(lake, id);
    const hints = problems.map(({ path, problem }) => `${path}: ${problem}`);
    return {
      run: run.id,
      expected,
      found,
      journal: found,
      isSame: found === expected && problems.length === 0,
      hints,
    };
  } finally {
    lake.close();
  }
}
