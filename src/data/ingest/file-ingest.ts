/** An ingest of files: each recognised by its content, kept as it is, and one task of the dataset. */

import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { TwinError } from '../../base/index.ts';
import { openByteSource, readHead } from '../byte-source.ts';
import { FILE_FORMATS } from '../files/index.ts';
import { DATASET_VERSION, type DatasetHead } from '../lake/dataset.ts';
import type { Lake } from '../lake/lake.ts';
import { createQualityStage } from '../quality/stage.ts';
import type { FileFormat } from './file-format.ts';
import { MemorySink } from './memory-sink.ts';
import type { WorkTask } from './run-ingest.ts';

/** Bytes, unpacked, that a format is shown to recognise its files. */
export const RECOGNISE_BYTES = 65_536;
const HASH_CHARS = 10;
const TASK_HASH_CHARS = 16;

export interface FileRequest {
  readonly paths: readonly string[];
  /** Name of a format instead of recognising it; null recognises. */
  readonly format: string | null;
  readonly options: Readonly<Record<string, string>>;
  readonly name: string | null;
}

export interface RecognisedFile {
  readonly path: string;
  readonly format: FileFormat;
  readonly options: Readonly<Record<string, string>>;
}

/** Finds the format of each file and checks the options. Raises BASE_INPUT_FILE, DATA_FORMAT, DATA_REQUEST. */
export async function recogniseFiles(request: FileRequest): Promise<RecognisedFile[]> {
  if (request.paths.length === 0)
    throw new TwinError('DATA_REQUEST', 'an ingest of files names at least one', {});
  const files: RecognisedFile[] = [];
  for (const path of request.paths) {
    const format = request.format === null ? await recognise(path) : formatNamed(request.format);
    files.push({ path, format, options: optionsFor(format, request.options, path) });
  }
  const used = new Set(files.flatMap(({ format }) => Object.keys(format.options)));
  const unknown = Object.keys(request.options).filter((name) => !used.has(name));
  if (unknown.length > 0) {
    throw new TwinError('DATA_REQUEST', 'an option is one of the formats of the files', {
      unknown,
      allowed: [...used],
    });
  }
  return files;
}

/** Keeps the files in the raw store and makes the dataset and its tasks of them: the same files and options give the same. */
export async function fileDataset(
  lake: Lake,
  files: readonly RecognisedFile[],
  name: string | null,
  codeVersion: string,
  onKept: (path: string, bytes: number) => void,
): Promise<{ head: DatasetHead; tasks: WorkTask[] }> {
  const tasks: WorkTask[] = [];
  for (const file of files) {
    const kept = await lake.raw.putFile(file.path, 'application/octet-stream');
    onKept(file.path, kept.bytes);
    tasks.push(fileTask(lake, file, kept));
  }
  const what = JSON.stringify(
    files.map(({ format, options }, index) => [format.name, format.version, options, tasks[index]!.id]),
  );
  const hash = createHash('sha256').update(what).digest('hex').slice(0, HASH_CHARS);
  const formats = [...new Set(files.map(({ format }) => format.name))];
  const maker = { name: formats.join('+'), version: Math.max(...files.map(({ format }) => format.version)) };
  const head: DatasetHead = {
    line: 'head',
    version: DATASET_VERSION,
    id: name ?? `${formats[0]!}-${hash}`,
    kind: 'ingest',
    createdAt: new Date().toISOString(),
    maker,
    codeVersion,
    request: {
      files: files.map(({ path, format, options }) => ({
        name: basename(path),
        format: format.name,
        options,
      })),
    },
    parents: [],
    tasks: tasks.map(({ id }) => id),
  };
  return { head, tasks };
}

function fileTask(
  lake: Lake,
  { path, format, options }: RecognisedFile,
  kept: { readonly sha256: string; readonly bytes: number },
): WorkTask {
  const fileName = basename(path);
  // The same bytes under other options are another task.
  const about = createHash('sha256').update(
    JSON.stringify([kept.sha256, format.name, format.version, fileName, options]),
  );
  return {
    id: about.digest('hex').slice(0, TASK_HASH_CHARS),
    label: fileName,
    venue: '',
    fetch: null,
    kept: [
      {
        sha256: kept.sha256,
        bytes: kept.bytes,
        origin: fileName,
        open: () => openByteSource(lake.raw.path(kept.sha256), path),
      },
    ],
    normaliser: (sink) => format.open({ fileName, options, path: lake.raw.path(kept.sha256) }, sink),
    stage: createQualityStage,
  };
}

async function recognise(path: string): Promise<FileFormat> {
  const { head, isWhole } = await readHead(path, RECOGNISE_BYTES);
  const format = FILE_FORMATS.find((one) => one.recognise(head, isWhole, basename(path)));
  if (format === undefined) {
    throw new TwinError('DATA_FORMAT', 'a file is of a format that is known', {
      path,
      known: FILE_FORMATS.map(({ name }) => name),
    });
  }
  return format;
}

function formatNamed(name: string): FileFormat {
  const format = FILE_FORMATS.find((one) => one.name === name);
  if (format === undefined)
    throw new TwinError('DATA_REQUEST', 'a format is one that is known', {
      format: name,
      allowed: FILE_FORMATS.map((one) => one.name),
    });
  return format;
}

/** Options of a format out of those of the command; opening it once without bytes finds those that are missing or wrong. */
function optionsFor(
  format: FileFormat,
  given: Readonly<Record<string, string>>,
  path: string,
): Record<string, string> {
  const options = Object.fromEntries(
    Object.entries(format.options).map(([name, option]) => [name, given[name] ?? option.default]),
  );
  format.open({ fileName: basename(path), options, path }, new MemorySink(path));
  return options;
}
