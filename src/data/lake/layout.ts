/**
 * Where things are in a lake. The files are the truth; the catalogue is an index of them that can be made again.
 *
 *   data/schema=trade/venue=XNAS/symbol=AAPL/date=2024-01-02/<dataset>.<task>.<n>.parquet
 *   raw/ab/abcdef….gz, .json          what came, by the hash of its bytes, and where it came from
 *   datasets/<dataset>.json           what belongs to a dataset, and all that is known of it
 *   quarantine/<dataset>.ndjson       records that were set aside, with their reasons
 *   catalogue.db                      index and journal of jobs (SQLite)
 *   tmp/<process>                     files that are being written
 */

import { join } from 'node:path';

export const CATALOGUE_FILE = 'catalogue.db';

export class LakeLayout {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  get data(): string {
    return join(this.folder, 'data');
  }

  get raw(): string {
    return join(this.folder, 'raw');
  }

  get datasets(): string {
    return join(this.folder, 'datasets');
  }

  get quarantine(): string {
    return join(this.folder, 'quarantine');
  }

  get tmp(): string {
    return join(this.folder, 'tmp');
  }

  get catalogue(): string {
    return join(this.folder, CATALOGUE_FILE);
  }

  dataset(id: string): string {
    return join(this.datasets, `${id}.json`);
  }
}
