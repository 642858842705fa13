import { TwinError } from '../../base/index.ts';
import { mapDataset, type NameSpan, SPELLERS } from '../../data/index.ts';
import { packageVersion } from '../../runs/index.ts';
import { symbolTable } from '../../services/index.ts';
import { withInterrupt } from '../interrupt.ts';
import { type LakeOptions, toJson, withLake } from '../lake-output.ts';
import { formatTable } from '../table.ts';

interface SymbolsOptions extends LakeOptions {
  readonly actions?: string[];
  readonly on?: string;
}

/** twin data symbols */
export function symbols(names: readonly string[], options: SymbolsOptions): Promise<void> {
  return withLake(options, async (lake) => {
    const day = dayOf(options.on);
    const tables = [];
    for (const name of names) tables.push(await symbolTable(lake, name, day, options.actions ?? []));
    if (options.json === true) {
      console.log(toJson({ symbols: tables }));
      return;
    }
    const spans = tables.flatMap(({ symbol, names: own, others }) => [
      ...own.map((span) => spanRow(symbol, '', span)),
      ...others.flatMap((other, index) => other.map((span) => spanRow(symbol, `another ${index + 1}`, span))),
    ]);
    console.log(formatTable(['asked for', 'instrument', 'name', 'from', 'until before'], spans));
    console.log('');
    const spelled = tables.map(({ symbol, spellings }) => [
      symbol,
      ...SPELLERS.map((vendor) => spellings[vendor] ?? ''),
    ]);
    console.log(formatTable(['spelled', ...SPELLERS], spelled));
  });
}

interface MapOptions extends LakeOptions {
  readonly symbols: string[];
  readonly actions: string[];
  readonly on?: string;
  readonly zone: string;
  readonly name?: string;
}

/** twin data map */
export function map(id: string, options: MapOptions): Promise<void> {
  return withLake(options, async (lake) => {
    const { symbols: wanted, actions, on, zone, name } = options;
    const request = { dataset: id, actions, symbols: wanted, day: dayOf(on), zone, name: name ?? null };
    const result = await withInterrupt((signal) => mapDataset(lake, request, packageVersion(), signal));
    if (options.json === true) {
      console.log(toJson(result));
      return;
    }
    console.log(`dataset    ${result.dataset}${result.isOld ? ' (was there already)' : ''}`);
    console.log(`records    ${result.records}`);
    const rows = Object.entries(result.names).flatMap(([symbol, spans]) =>
      spans.map((span) => spanRow(symbol, '', span)),
    );
    console.log(formatTable(['name', '', 'of records', 'from', 'until before'], rows));
  });
}

function spanRow(symbol: string, which: string, { symbol: name, from, until }: NameSpan): string[] {
  return [symbol, which, name, from ?? '', until ?? ''];
}

function dayOf(text: string | undefined): string {
  const day = text ?? new Date().toISOString().slice(0, 10);
  if (/^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day))) return day;
  throw new TwinError('DATA_REQUEST', 'a day is written YYYY-MM-DD', { on: day });
}
