/** Which folder of src/ may import which: the one table, with a reason per rule. ARCHITECTURE.md explains the folders. */

export interface FolderRule {
  /** Folders whose index.ts it may import, types included. */
  readonly folders: readonly string[];
  /** npm packages it may import. */
  readonly packages: readonly string[];
  /**
   * 'pure': no clock, file, promise, randomness of its own, locale or process. 'reader': the same, but it may read files
   * and wait for them, one after another. 'edge': none of this. See pure-set.test.ts.
   */
  readonly purity: 'pure' | 'reader' | 'edge';
  readonly reason: string;
}

export const FOLDER_RULES: Readonly<Record<string, FolderRule>> = {
  base: {
    folders: [],
    packages: [],
    purity: 'pure',
    reason: 'Everything stands on it, so it knows nobody and no word of the market.',
  },
  domain: {
    folders: ['base'],
    packages: [],
    purity: 'pure',
    reason: 'The words that all others share: a word that needed market or world would drag them everywhere.',
  },
  disk: {
    folders: ['base'],
    packages: [],
    purity: 'edge',
    reason:
      'How a file is replaced so that a crash leaves the old one or the new one: once, for runs and the lake.',
  },
  math: {
    folders: ['base'],
    packages: [],
    purity: 'pure',
    reason:
      'Formulas with cited values, tested without a market; the only place for transcendental functions.',
  },
  actions: {
    folders: ['base', 'domain'],
    packages: [],
    purity: 'pure',
    reason:
      'What a corporate action does to prices, holdings, orders and options: arithmetic that datasets and running worlds share, and that needs neither.',
  },
  sim: {
    folders: ['base'],
    packages: [],
    purity: 'pure',
    reason: 'The event loop has no idea what an order is, so that it can be tested and measured alone.',
  },
  market: {
    folders: ['base', 'domain'],
    packages: [],
    purity: 'pure',
    reason:
      'The exchange gets its time as an argument: sim and market never see each other, world joins them.',
  },
  data: {
    folders: ['base', 'domain', 'disk', 'actions'],
    packages: ['@duckdb/node-api', 'cockatiel', 'fzstd', 'libsql', 'undici', 'ws', 'yaml'],
    purity: 'edge',
    reason:
      'Adapters turn files and answers of vendors into canonical records, and the lake keeps them; nobody here knows what is done with them.',
  },
  agents: {
    folders: ['base', 'domain', 'math'],
    packages: [],
    purity: 'pure',
    reason: 'Agents see and act only through AgentPort, so that none can look into the book or the kernel.',
  },
  world: {
    folders: ['base', 'domain', 'actions', 'sim', 'market'],
    packages: [],
    purity: 'pure',
    reason: 'Joins sim and market; it hosts agents through the port and therefore needs no agent.',
  },
  replay: {
    folders: ['base', 'domain', 'sim', 'market', 'data'],
    packages: [],
    purity: 'reader',
    reason:
      'Joins recordings and the order book, and seals with the digest of sim; it writes no file and knows no world.',
  },
  scenarios: {
    folders: ['base', 'domain', 'math', 'actions', 'market', 'agents', 'world'],
    packages: ['yaml', 'zod'],
    purity: 'pure',
    reason:
      'Turns the text of a config into a plan of a world, its distributions included; where the text comes from is not its business.',
  },
  fidelity: {
    folders: ['base', 'domain', 'math', 'data'],
    packages: [],
    purity: 'pure',
    reason:
      'Scores order flow by its columns alone: it must not know whether a feed, a file or a simulation filled them.',
  },
  calibration: {
    folders: ['base', 'domain', 'math', 'agents', 'fidelity'],
    packages: ['yaml'],
    purity: 'pure',
    reason:
      'Fits the parameters of agents to order flow: it takes columns and gives numbers and their text, and knows no file and no world.',
  },
  runs: {
    folders: ['base', 'domain', 'disk', 'sim', 'market', 'data'],
    packages: ['vega', 'vega-lite'],
    purity: 'edge',
    reason: 'Keeps what a run leaves behind on disk; it must not need the world that made it.',
  },
  emulators: {
    folders: ['base', 'domain', 'data'],
    packages: ['ws'],
    purity: 'edge',
    reason:
      'Speaks the protocols of vendors from canonical records; where those come from is not its business.',
  },
  services: {
    folders: [
      'base',
      'domain',
      'disk',
      'sim',
      'market',
      'data',
      'emulators',
      'agents',
      'world',
      'replay',
      'scenarios',
      'fidelity',
      'calibration',
      'runs',
    ],
    packages: ['yaml'],
    purity: 'edge',
    reason:
      'What the product does, one function per job, for any edge: it prints nothing and parses no arguments.',
  },
  cli: {
    folders: ['base', 'domain', 'data', 'emulators', 'replay', 'scenarios', 'fidelity', 'runs', 'services'],
    packages: ['commander', 'cli-progress'],
    purity: 'edge',
    reason: 'The edge: maps arguments to services and prints; nothing imports it.',
  },
};

/** Folders of a purity, in the order of the table. */
export function foldersOf(purity: FolderRule['purity']): string[] {
  return Object.keys(FOLDER_RULES).filter((folder) => FOLDER_RULES[folder]!.purity === purity);
}
