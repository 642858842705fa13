/** The commands of `twin` about data: ingest, the lake, emulated vendors. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { addQuality } from './quality-program.ts';
import { addReference } from './reference-program.ts';
import {
  type AddCommand,
  collectOption,
  JSON_OPTION,
  LAKE_OPTION,
  parseCount,
  parseList,
  RUNS_OPTION,
} from './shared-options.ts';

export function addIngest(program: Command): void {
  program
    .command('ingest')
    .description('fetch data of a vendor, or read files, into the lake')
    .argument('<source>', "a vendor, or 'file'; 'list' tells what there is")
    .argument('[paths...]', 'for file: the files; their formats are recognised by content')
    .option('--symbols <list>', 'symbols, separated by commas', parseList)
    .option(
      '--schema <list>',
      'kinds of records, separated by commas (quote is bbo); default: all that the source has',
      parseList,
    )
    .option('--from <day>', 'first day, YYYY-MM-DD')
    .option('--to <day>', 'last day, included')
    .option(
      '--option <name=value>',
      'an option of the vendor or format; may be given several times',
      collectOption,
      {},
    )
    .option('--format <name>', 'for file: the format, instead of recognising it')
    .option(
      '--names <list>',
      'datasets of corporate actions: ask the vendor for the names that the symbols, named as today, had on those days',
      parseList,
    )
    .option('--name <name>', 'name of the dataset, instead of one made from the request')
    .option('--live', 'receive the live feed until Ctrl-C, or for the time of --for')
    .option('--for <seconds>', 'with --live: end after so many seconds', parseCount)
    .option('--plan', 'only say what would be asked for: requests, size, time')
    .option(
      '--check',
      'check the whole dataset in the end, across tasks and segments, and write what is found into its records',
    )
    .option('--strict', 'stop at the first bad record; default: set it aside, count it and go on')
    .option(...LAKE_OPTION)
    .option(...RUNS_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      '\nExamples:\n  twin ingest list\n  twin ingest file day.itch.gz --option date=2024-01-02 --symbols AAPL\n  twin ingest polygon --symbols AAPL,MSFT --schema trade,bbo --from 2024-01-02 --to 2024-01-05 --plan',
    )
    .action(async (source: string, paths: string[], options) => {
      const { ingest } = await import('./commands/ingest.ts');
      await ingest(source, paths, options);
    });
}

export function addEmulate(program: Command): void {
  program
    .command('emulate')
    .description("serve data in a vendor's own protocol, on loopback, until Ctrl-C")
    .argument('<vendor>', "a vendor; 'list' tells which there are, and the faults")
    .option('--data <list>', 'datasets of the lake, separated by commas', parseList)
    .option('--file <list>', 'recorded files instead, separated by commas', parseList)
    .option('--scenario <file>', 'a simulation instead, which runs as it is played')
    .option('--format <name>', 'format of the files, instead of recognising it')
    .option(
      '--file-option <name=value>',
      'an option of the format; may be given several times',
      collectOption,
      {},
    )
    .option('--symbols <list>', 'only these symbols', parseList)
    .option('--port <number>', 'port; default: a free one', parsePort, 0)
    .option('--speed <factor>', 'emulated seconds per second, or max: as fast as clients read', '1')
    .addOption(
      new Option(
        '--begin <when>',
        'start: the feed begins with the first subscription; end: all of it has happened',
      )
        .choices(['start', 'end'])
        .default('start'),
    )
    .option('--option <name=value>', 'an option of the vendor; may be given several times', collectOption, {})
    .option('--fault <name=spec>', 'a fault and when it comes; may be given several times', collectOption, {})
    .option('--seed <number>', 'seed of faults by chance', parseCount, 1)
    .option(...LAKE_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      '\nExamples:\n  twin emulate list\n  twin emulate binance --data tardis-1a2b3c4d5e --speed 10\n  twin emulate coinbase --file day.ndjson --fault gap=every:100 --fault 429=p:0.1,seconds:2\n  twin emulate polygon --scenario exchange-day.yaml --speed max',
    )
    .action(async (vendor: string, options) => {
      await (await import('./commands/emulate.ts')).emulate(vendor, options);
    });
}

export function addData(program: Command): void {
  const data = program
    .command('data')
    .description('what is in the lake, its quality, and where it came from');
  const add: AddCommand = (name, about, example) =>
    data
      .command(name)
      .description(about)
      .option(...LAKE_OPTION)
      .option(...JSON_OPTION)
      .addHelpText('after', `\nExample:\n  twin data ${example}`);
  data
    .command('schema')
    .description('tell what the records of a kind hold')
    .argument('[schema]', 'kind of records; without it the list of them')
    .addOption(
      new Option('--as <form>', 'arrow: a schema as JSON; duckdb: a table')
        .choices(['table', 'arrow', 'duckdb'])
        .default('table'),
    )
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  twin data schema trade --as arrow')
    .action(async (name: string | undefined, options) => {
      (await import('./commands/schema.ts')).printSchema(name, options);
    });
  addReading(add);
  addDerived(add);
  addQuality(add);
  addReference(add);
  addUpkeep(add);
}

function addReading(add: AddCommand): void {
  add('ls', 'list the datasets, oldest first', 'ls').action(async (options) => {
    (await import('./commands/data.ts')).listDatasets(options);
  });
  add(
    'show',
    'all that is known of a dataset: request, tasks, counts, quality, files',
    'show binance-1a2b3c4d5e',
  )
    .argument('<dataset>', 'name of the dataset')
    .action(async (id: string, options) => {
      (await import('./commands/data.ts')).showDataset(id, options);
    });
  add('head', 'print the first records of a dataset', 'head binance-1a2b3c4d5e --schema trade --rows 20')
    .argument('<dataset>', 'name of the dataset')
    .option('--schema <schema>', 'kind of records; default: the first that it has')
    .option('--symbols <list>', 'only these symbols', parseList)
    .option('--rows <number>', 'how many (default 10)', parseCount, 10)
    .action(async (id: string, options) => {
      await (await import('./commands/data.ts')).headOfDataset(id, options);
    });
  add(
    'sql',
    'ask the lake in SQL; every schema is a view',
    'sql "select symbol, count(*) from trade group by all"',
  )
    .argument('<query>', 'a query')
    .option('--datasets <list>', 'only these datasets', parseList)
    .action(async (query: string, options) => {
      await (await import('./commands/data.ts')).queryLake(query, options);
    });
  add(
    'lineage',
    'tell where a dataset comes from, down to the raw answers',
    'lineage binance-1a2b3c4d5e --svg lineage.svg',
  )
    .argument('<dataset>', 'name of the dataset')
    .option('--svg <path>', 'write a picture')
    .option('--dot <path>', 'write it for Graphviz')
    .action(async (id: string, options) => {
      (await import('./commands/data.ts')).showLineage(id, options);
    });
}

function addDerived(add: AddCommand): void {
  add(
    'adjust',
    'write a dataset adjusted for corporate actions; what was ingested stays as it is',
    'adjust aapl-daily --actions aapl-actions --mode total --as-of 2014-07-01',
  )
    .argument('<dataset>', 'name of the dataset: bars, trades, quotes')
    .requiredOption('--actions <dataset>', 'dataset with the corporate actions')
    .addOption(
      new Option('--mode <mode>', 'for splits alone, or for dividends and the like too')
        .choices(['splits', 'total'])
        .default('splits'),
    )
    .option('--as-of <day>', 'as it was known at the end of that day, YYYY-MM-DD')
    .option('--name <name>', 'name of the new dataset')
    .action(async (id: string, options) => {
      await (await import('./commands/data.ts')).adjust(id, options);
    });
}

function addUpkeep(add: AddCommand): void {
  add(
    'verify',
    'read every file of a dataset and its raw objects and compare their hashes; exit code 1 if one differs',
    'verify binance-1a2b3c4d5e',
  )
    .argument('<dataset>', 'name of the dataset')
    .action(async (id: string, options) => {
      await (await import('./commands/data.ts')).verifyFiles(id, options);
    });
  add(
    'compact',
    'make one file of the many small ones of each symbol and day',
    'compact coinbase-live-1a2b3c4d5e',
  )
    .argument('<dataset>', 'name of the dataset')
    .action(async (id: string, options) => {
      await (await import('./commands/data.ts')).compact(id, options);
    });
  add(
    'migrate',
    'write files of older versions of their schemas anew, as the present one',
    'migrate dbn-1a2b3c4d5e',
  )
    .argument('<dataset>', 'name of the dataset')
    .action(async (id: string, options) => {
      await (await import('./commands/data.ts')).migrate(id, options);
    });
  add('rebuild', 'make the catalogue anew from the files', 'rebuild').action(async (options) => {
    (await import('./commands/data.ts')).rebuild(options);
  });
  add('prune', 'remove files that no dataset needs', 'prune --dry')
    .option('--raw', 'raw answers that no dataset names too')
    .option('--dry', 'only say what would go')
    .action(async (options) => {
      (await import('./commands/data.ts')).pruneLake(options);
    });
  add('rm', 'remove a dataset and its files; raw answers stay until `prune --raw`', 'rm binance-1a2b3c4d5e')
    .argument('<dataset>', 'name of the dataset')
    .action(async (id: string, options) => {
      (await import('./commands/data.ts')).removeDataset(id, options);
    });
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('A port, from 0 to 65535.');
}
