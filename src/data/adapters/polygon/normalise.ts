/** Answers of Polygon as records: the address of the task tells the endpoint, the endpoint tells what its rows are. */

import { invariant } from '../../../base/index.ts';
import { type IngestTask, type Normaliser, type RecordSink, wholePages } from '../../ingest/adapter.ts';
import { isMessage, type Message } from '../../venues/messages.ts';
import { readCsvTable } from '../csv-table.ts';
import { dateOfPage } from '../date-page.ts';
import { exactJson } from '../exact-json.ts';
import { RecordMaker } from '../record-maker.ts';
import { type Endpoint, endpointOf } from './endpoints.ts';

const EXAMPLE_CHARS = 200;
const decoder = new TextDecoder();

/** Answers that are data, whatever else they say; DELAYED is counted. */
const GOOD_STATUSES = ['OK', 'success', 'DELAYED'];

export function normalisePolygon(task: IngestTask, sink: RecordSink): Normaliser {
  const url = new URL(String(task.parameters.path), 'http://polygon');
  const found = endpointOf(url.pathname);
  invariant(found !== null, 'a task is made for an endpoint that is read');
  const { endpoint, values: path } = found;
  const maker = new RecordMaker(sink, task.schemas);
  return wholePages((bytes) => {
    maker.sourceIndex = 0;
    const answer = readAnswer(decoder.decode(bytes), endpoint, maker);
    if (answer === null) return;
    const { rows, whole, told } = answer;
    if (told === 0) maker.remark('empty-answer');
    else if (rows.length > 0) endpoint.read({ rows, whole, path, query: url.searchParams, maker });
  });
}

interface Answer {
  readonly rows: readonly Message[];
  readonly whole: Message;
  /** Rows that the answer has, those that are none included. */
  readonly told: number;
}

/** Null for what has no rows to read: a date, an error, a table that is not read. */
function readAnswer(text: string, endpoint: Endpoint, maker: RecordMaker): Answer | null {
  const first = text.trimStart()[0];
  if (first !== '{' && first !== '[') return readTable(text, endpoint, maker);
  const whole = exactJson(text);
  if (whole === undefined) {
    maker.reject('not-json', text.slice(0, EXAMPLE_CHARS));
    return null;
  }
  const date = dateOfPage(whole);
  if (date !== null) {
    maker.answeredNs = date;
    return null;
  }
  if (Array.isArray(whole)) return { rows: objectsOf(whole, maker), whole: {}, told: whole.length };
  if (!isMessage(whole) || !isData(whole, text, maker)) return null;
  const told = valuesOf(whole, endpoint.rowsIn);
  return { rows: objectsOf(told, maker), whole, told: told.length };
}

function isData(whole: Message, text: string, maker: RecordMaker): boolean {
  const { status } = whole;
  if (status === 'DELAYED') maker.remark('delayed');
  if (typeof status !== 'string' || GOOD_STATUSES.includes(status)) return true;
  if (status === 'NOT_FOUND') maker.remark('not-found');
  else maker.reject('vendor-error', text.slice(0, EXAMPLE_CHARS));
  return false;
}

/** Rows under a name with dots; the answer itself under ''. One object is one row, none is none. */
function valuesOf(whole: Message, name: string): readonly unknown[] {
  if (name === '') return Object.keys(whole).length === 0 ? [] : [whole];
  const value = name
    .split('.')
    .reduce<unknown>((part, key) => (isMessage(part) ? part[key] : undefined), whole);
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function objectsOf(values: readonly unknown[], maker: RecordMaker): readonly Message[] {
  return values.filter((value, index): value is Message => {
    if (isMessage(value)) return true;
    maker.sourceIndex = index;
    maker.reject('field-value', `a row is an object: ${JSON.stringify(value).slice(0, EXAMPLE_CHARS)}`);
    return false;
  });
}

function readTable(text: string, endpoint: Endpoint, maker: RecordMaker): Answer | null {
  const { rows, misfits } = readCsvTable(text);
  if (!endpoint.hasTable) {
    maker.reject('unknown-type', `tables of ${endpoint.name} are not read: ${text.slice(0, EXAMPLE_CHARS)}`);
    return null;
  }
  for (const { row, line } of misfits) {
    maker.sourceIndex = row;
    maker.reject('column-count', line.slice(0, EXAMPLE_CHARS));
  }
  return { rows, whole: {}, told: rows.length + misfits.length };
}
